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

/// The contract's resource.
#[derive(Debug, Serialize)]
pub struct Order {
    pub id: Uuid,
    user_id: Uuid,
    status: Status,
    payment_status: PaymentStatus,
    refund_due: bool,
    currency: String,
    coupon_code: Option<String>,
    lines: Vec<Line>,
    subtotal: i64,
    discount: i64,
    tax: i64,
    shipping: i64,
    total: i64,
    pub version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, Serialize)]
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

/// A row of the table.
#[derive(Debug)]
pub struct OrderRow {
    pub id: Uuid,
    pub user_id: Uuid,
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

#[derive(Debug)]
pub struct Item {
    pub order_id: Uuid,
    pub sku: String,
    pub name: String,
    pub unit_price: i64,
    pub quantity: i32,
    pub discount: i64,
    pub tax_rate_bp: i32,
    pub tax: i64,
}

impl Order {
    /// `items` stand in order of position.
    pub fn new(row: OrderRow, items: Vec<Item>) -> Self {
        let line = |item: Item| Line {
            line_total: item.unit_price * i64::from(item.quantity),
            sku: item.sku,
            name: item.name,
            unit_price: item.unit_price,
            quantity: item.quantity,
            discount: item.discount,
            tax_rate_bp: item.tax_rate_bp,
            tax: item.tax,
        };
        Self {
            refund_due: row.status == Status::Cancelled && row.payment_status == PaymentStatus::Succeeded,
            id: row.id,
            user_id: row.user_id,
            status: row.status,
            payment_status: row.payment_status,
            currency: row.currency,
            coupon_code: row.coupon_code,
            lines: items.into_iter().map(line).collect(),
            subtotal: row.subtotal,
            discount: row.discount,
            tax: row.tax,
            shipping: row.shipping,
            total: row.total,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }

    pub async fn with_items(connection: &mut PgConnection, row: OrderRow) -> sqlx::Result<Self> {
        let items = sqlx::query_as!(
            Item,
            "SELECT order_id, sku, name, unit_price, quantity, discount, tax_rate_bp, tax
             FROM order_items WHERE order_id = $1 ORDER BY position",
            row.id,
        )
        .fetch_all(connection)
        .await?;
        Ok(Self::new(row, items))
    }

    /// Whole orders, with one query for the items of all.
    pub async fn all_with_items(connection: &mut PgConnection, rows: Vec<OrderRow>) -> sqlx::Result<Vec<Self>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let items = sqlx::query_as!(
            Item,
            "SELECT order_id, sku, name, unit_price, quantity, discount, tax_rate_bp, tax
             FROM order_items WHERE order_id = ANY($1) ORDER BY order_id, position",
            &ids,
        )
        .fetch_all(connection)
        .await?;
        let mut by_order: HashMap<Uuid, Vec<Item>> = HashMap::new();
        for item in items {
            by_order.entry(item.order_id).or_default().push(item);
        }
        let whole = |row: OrderRow| {
            let items = by_order.remove(&row.id).unwrap_or_default();
            Self::new(row, items)
        };
        Ok(rows.into_iter().map(whole).collect())
    }
}
