use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::Timestamp;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Status {
    Pending,
    Paid,
    Shipped,
    Delivered,
    Cancelled,
    Refunded,
}

/// Rises only, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum PaymentStatus {
    None,
    Failed,
    Succeeded,
    Refunded,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The contract's resource: a row and what belongs to it.
#[derive(Debug, Serialize)]
pub struct Order {
    #[serde(flatten)]
    pub row: OrderRow,
    refund_due: bool,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub struct OrderRow {
    pub id: Uuid,
    pub user_id: Uuid,
    #[serde(skip)]
    pub cart_id: Uuid,
    pub status: Status,
    pub payment_status: PaymentStatus,
    pub currency: String,
    pub coupon_code: Option<String>,
    pub subtotal: i64,
    pub discount: i64,
    pub tax: i64,
    pub shipping: i64,
    pub total: i64,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// `query_as!` with the columns of an order, by name: see `product_query`.
macro_rules! order_query {
    ($before:literal + columns $(+ $after:literal)? $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::orders::OrderRow,
            $before
                + "id, user_id, cart_id, status, payment_status, currency, coupon_code, subtotal, "
                + "discount, tax, shipping, total, version, created_at, updated_at"
                $(+ $after)?,
            $($argument),*
        )
    };
}
pub(crate) use order_query;

#[derive(Debug, Serialize)]
pub struct Line {
    #[serde(skip)]
    pub order_id: Uuid,
    pub sku: String,
    pub name: String,
    pub unit_price: i64,
    pub quantity: i32,
    pub line_total: i64,
    pub discount: i64,
    pub tax_rate_bp: i32,
    pub tax: i64,
}

impl Order {
    /// `lines` stand in order of position.
    pub fn new(row: OrderRow, lines: Vec<Line>) -> Self {
        let refund_due = row.status == Status::Cancelled && row.payment_status == PaymentStatus::Succeeded;
        Self { row, refund_due, lines }
    }

    pub async fn whole(connection: &mut PgConnection, row: OrderRow) -> sqlx::Result<Self> {
        let id = row.id;
        let lines = Self::lines(connection, &[id]).await?;
        Ok(Self::new(row, lines))
    }

    /// Several, with one query for the lines of all.
    pub async fn all_whole(connection: &mut PgConnection, rows: Vec<OrderRow>) -> sqlx::Result<Vec<Self>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut by_order: HashMap<Uuid, Vec<Line>> = HashMap::new();
        for line in Self::lines(connection, &ids).await? {
            by_order.entry(line.order_id).or_default().push(line);
        }
        let whole = |row: OrderRow| {
            let lines = by_order.remove(&row.id).unwrap_or_default();
            Self::new(row, lines)
        };
        Ok(rows.into_iter().map(whole).collect())
    }

    async fn lines(connection: &mut PgConnection, orders: &[Uuid]) -> sqlx::Result<Vec<Line>> {
        sqlx::query_as!(
            Line,
            r#"SELECT order_id, sku, name, unit_price, quantity, unit_price * quantity AS "line_total!", discount,
                 tax_rate_bp, tax
               FROM order_items WHERE order_id = ANY($1) ORDER BY order_id, position"#,
            orders,
        )
        .fetch_all(connection)
        .await
    }
}
