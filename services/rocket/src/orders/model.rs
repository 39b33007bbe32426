use diesel::dsl::AsExprOf;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use time::PrimitiveDateTime;
use uuid::Uuid;

use crate::platform::{Caller, Resource, Result, timestamp};
use crate::schema::{order_items, orders};

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

#[derive(Queryable, Selectable, Identifiable, Associations, Serialize)]
#[diesel(table_name = order_items, belongs_to(OrderRow, foreign_key = order_id), check_for_backend(Pg))]
pub struct OrderItem {
    #[serde(skip)]
    id: Uuid,
    #[serde(skip)]
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
    #[serde(flatten)]
    item: OrderItem,
    line_total: i64,
}

impl Order {
    pub fn new(row: OrderRow, items: Vec<OrderItem>) -> Self {
        let refund_due = row.status == "cancelled" && row.payment_status == "succeeded";
        let lines = items.into_iter().map(|item| Line { line_total: item.unit_price * i64::from(item.quantity), item });
        Self { refund_due, lines: lines.collect(), row }
    }

    /// The orders of rows, with one query for the items of all.
    pub async fn of(connection: &mut AsyncPgConnection, rows: Vec<OrderRow>) -> Result<Vec<Self>> {
        let items = OrderItem::belonging_to(&rows)
            .order((order_items::order_id, order_items::position))
            .select(OrderItem::as_select())
            .load(connection)
            .await?
            .grouped_by(&rows);
        Ok(rows.into_iter().zip(items).map(|(row, items)| Self::new(row, items)).collect())
    }

    pub async fn one(connection: &mut AsyncPgConnection, row: OrderRow) -> Result<Self> {
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
