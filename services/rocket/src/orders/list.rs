//! The query of listOrders, and its one statement.

use diesel::pg::Pg;
use diesel::pg::sql_types::{Record, Timestamptz, Uuid as SqlUuid};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use rocket::FromForm;
use rocket::form::{self, FromFormField, ValueField};

use crate::orders::model::{OrderRow, Status};
use crate::platform::auth::Caller;
use crate::platform::paging::{Limit, Position, Scope, Sealed};
use crate::platform::problem::Problem;
use crate::platform::query::{Parameters, format_error};
use crate::schema::orders;

#[derive(FromForm)]
pub struct ListQuery<'v> {
    status: StatusFilter,
    pub limit: Limit,
    pub cursor: Sealed<'v>,
}

impl Parameters for ListQuery<'_> {
    const NAMES: &'static [&'static str] = &["status", "limit", "cursor"];
}

struct StatusFilter(Option<Status>);

impl<'v> FromFormField<'v> for StatusFilter {
    fn from_value(field: ValueField<'v>) -> form::Result<'v, Self> {
        Status::named(field.value).map(|status| Self(Some(status))).ok_or_else(format_error)
    }

    fn default() -> Option<Self> {
        Some(Self(None))
    }
}

impl ListQuery<'_> {
    pub fn scope(&self) -> Scope {
        Scope::new("orders", "newest", &[self.status.0.map_or("", Status::name)])
    }
}

/// One row more than the limit, if there is a next page.
pub async fn select_page(
    connection: &mut AsyncPgConnection,
    query: &ListQuery<'_>,
    after: Option<Position>,
    caller: Caller,
) -> Result<Vec<OrderRow>, Problem> {
    let mut rows = orders::table.select(OrderRow::as_select()).into_boxed::<Pg>();
    if !caller.is_admin() {
        rows = rows.filter(orders::user_id.eq(caller.id));
    }
    if let Some(status) = query.status.0 {
        rows = rows.filter(orders::status.eq(status.name()));
    }
    if let Some(last) = after {
        let row = (orders::created_at, orders::id).into_sql::<Record<(Timestamptz, SqlUuid)>>();
        rows = rows.filter(row.lt((last.millis()?, last.id)));
    }
    let limit = i64::try_from(query.limit.0 + 1).unwrap_or(i64::MAX);
    Ok(rows.order((orders::created_at.desc(), orders::id.desc())).limit(limit).load(connection).await?)
}
