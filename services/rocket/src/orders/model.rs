use diesel::dsl::AsExprOf;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::platform::auth::Caller;
use crate::platform::entity::Resource;
use crate::platform::problem::Problem;
use crate::platform::text::timestamp;
use crate::schema::{order_items, orders};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Pending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
    Refunded,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Paid, Self::Shipped, Self::Delivered, Self::Cancelled, Self::Refunded];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

#[derive(Queryable, Selectable, Identifiable, Serialize)]
#[diesel(table_name = orders, check_for_backend(Pg))]
pub struct OrderRow {
    pub id: Uuid,
    pub user_id: Uuid,
    pub status: String,
    pub payment_status: String,
    pub currency: String,
    pub coupon_code: Option<String>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
    pub version: i64,
    #[serde(with = "timestamp")]
    pub created_at: PrimitiveDateTime,
    #[serde(with = "timestamp")]
    pub updated_at: PrimitiveDateTime,
}

#[derive(Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = order_items, belongs_to(OrderRow, foreign_key = order_id), check_for_backend(Pg))]
pub struct OrderItem {
    id: Uuid,
    order_id: Uuid,
    sku: String,
    name: String,
    unit_price: i64,
    quantity: i32,
    discount: i64,
    tax_rate_bp: i32,
    tax: i64,
}

/// The contract's resource: the row, its items, and what is computed.
#[derive(Serialize)]
pub struct Order {
    #[serde(flatten)]
    pub row: OrderRow,
    refund_due: bool,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    sku: String,
    name: String,
    unit_price: i64,
    quantity: i32,
    line_total: i64,
    discount: i64,
    tax_rate_bp: i32,
    tax: i64,
}

impl Order {
    pub fn new(row: OrderRow, items: Vec<OrderItem>) -> Self {
        let refund_due = row.status == Status::Cancelled.name() && row.payment_status == "succeeded";
        let lines = items.into_iter().map(|item| Line {
            sku: item.sku,
            name: item.name,
            unit_price: item.unit_price,
            quantity: item.quantity,
            line_total: item.unit_price * i64::from(item.quantity),
            discount: item.discount,
            tax_rate_bp: item.tax_rate_bp,
            tax: item.tax,
        });
        Self { refund_due, lines: lines.collect(), row }
    }

    /// The orders of rows, with one query for the items of all.
    pub async fn of(connection: &mut AsyncPgConnection, rows: Vec<OrderRow>) -> Result<Vec<Self>, Problem> {
        let items = OrderItem::belonging_to(&rows)
            .order((order_items::order_id, order_items::position))
            .select(OrderItem::as_select())
            .load(connection)
            .await?
            .grouped_by(&rows);
        Ok(rows.into_iter().zip(items).map(|(row, items)| Self::new(row, items)).collect())
    }

    pub async fn one(connection: &mut AsyncPgConnection, row: OrderRow) -> Result<Self, Problem> {
        let items = OrderItem::belonging_to(&row).order(order_items::position).select(OrderItem::as_select());
        let items = items.load(connection).await?;
        Ok(Self::new(row, items))
    }
}

impl Resource for Order {
    fn version(&self) -> i64 {
        self.row.version
    }

    fn path(&self) -> String {
        format!("/orders/{}", self.row.id)
    }
}

/// The orders that a caller may see: own ones, an administrator all.
#[diesel::dsl::auto_type]
pub fn visible_to(caller: Caller) -> _ {
    let id: Uuid = caller.id;
    let everybody: AsExprOf<bool, Bool> = caller.is_admin().into_sql::<Bool>();
    orders::table.filter(orders::user_id.eq(id).or(everybody))
}
