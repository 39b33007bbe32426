//! The list of orders: its query and its statements.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use uuid::Uuid;
use validator::Validate;

use super::{OrderRow, Status, order_query};
use crate::platform::auth::Caller;
use crate::platform::cursor::{Position, Scope};
use crate::platform::{Result, Timestamp};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ListOrders {
    status: Option<Status>,
    #[serde(default = "twenty")]
    #[validate(range(min = 1, max = 100))]
    pub limit: u8,
    pub cursor: Option<String>,
}

fn twenty() -> u8 {
    20
}

pub fn scope<'a>(filters: &'a [&'a str]) -> Scope<'a> {
    Scope { resource: "orders", sort: "newest", filters }
}

/// One row more than the limit if there is a next page. Two statements: no index serves `user_id = $1 OR $2`.
pub async fn select_page(
    connection: &mut PgConnection,
    caller: Caller,
    query: &ListOrders,
    after: Option<&Position>,
) -> Result<Vec<OrderRow>> {
    let (moment, id) = match after {
        Some(after) => (after.moment()?, after.id),
        None => (DateTime::<Utc>::MAX_UTC, Uuid::max()),
    };
    let before = Timestamp(moment);
    let status = query.status.map(Status::as_str);
    let limit = i64::from(query.limit) + 1;
    let rows = if caller.is_admin() {
        order_query!(
            "SELECT "
                + columns
                + " FROM orders
             WHERE (created_at, id) < ($1, $2) AND ($3::text IS NULL OR status = $3)
             ORDER BY created_at DESC, id DESC LIMIT $4",
            before as _,
            id,
            status,
            limit,
        )
        .fetch_all(connection)
        .await?
    } else {
        order_query!(
            "SELECT "
                + columns
                + " FROM orders
             WHERE user_id = $1 AND (created_at, id) < ($2, $3) AND ($4::text IS NULL OR status = $4)
             ORDER BY created_at DESC, id DESC LIMIT $5",
            caller.id,
            before as _,
            id,
            status,
            limit,
        )
        .fetch_all(connection)
        .await?
    };
    Ok(rows)
}
