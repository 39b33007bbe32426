//! The query of listOrders, and its one statement.

use diesel::pg::Pg;
use diesel::pg::sql_types::{Record, Timestamptz, Uuid as SqlUuid};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::orders::model::OrderRow;
use crate::platform::{Caller, Parameters, Position, Result, Scope, matches, pattern};
use crate::schema::orders;

pattern!(STATUS, r"\A(pending|paid|shipped|delivered|cancelled|refunded)?\z");

#[derive(FromForm)]
pub struct ListQuery<'v> {
    #[field(default = "", validate = matches(&STATUS))]
    status: &'v str,
    #[field(default = 20, validate = range(1..=100))]
    pub limit: u8,
    #[field(default = "")]
    pub cursor: &'v str,
}

impl Parameters for ListQuery<'_> {
    const NAMES: &'static [&'static str] = &["status", "limit", "cursor"];
}

impl ListQuery<'_> {
    pub fn scope(&self) -> Scope {
        Scope::new("orders", "newest", &[self.status])
    }
}

/// One row more than the limit, if there is a next page.
pub async fn select_page(
    connection: &mut AsyncPgConnection,
    query: &ListQuery<'_>,
    after: Option<Position>,
    caller: Caller,
) -> Result<Vec<OrderRow>> {
    let mut rows = orders::table.select(OrderRow::as_select()).into_boxed::<Pg>();
    if !caller.is_admin() {
        rows = rows.filter(orders::user_id.eq(caller.id));
    }
    if !query.status.is_empty() {
        rows = rows.filter(orders::status.eq(query.status));
    }
    if let Some(last) = after {
        let row = (orders::created_at, orders::id).into_sql::<Record<(Timestamptz, SqlUuid)>>();
        rows = rows.filter(row.lt((last.millis()?, last.id)));
    }
    let rows = rows.order((orders::created_at.desc(), orders::id.desc())).limit(i64::from(query.limit) + 1);
    Ok(rows.load(connection).await?)
}
