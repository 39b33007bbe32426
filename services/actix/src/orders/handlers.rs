use actix_web::http::header::{CACHE_CONTROL, CONTENT_LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use sqlx::PgPool;
use validator::Validate;

use super::list::{self, ListOrders};
use super::{Order, OrderRow, Status, order_query, transition};
use crate::platform::auth::{Admin, Caller};
use crate::platform::conditions::{IfMatch, IfNoneMatch, etag};
use crate::platform::cursor::{Cursors, Page, Position};
use crate::platform::json::Json;
use crate::platform::path::Id;
use crate::platform::query::Query;
use crate::platform::{Problem, Result};

const CACHED: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "private, no-cache");

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    to: Status,
}

pub async fn list_orders(
    caller: Caller,
    request: HttpRequest,
    query: Query<ListOrders>,
    pool: web::Data<PgPool>,
    cursors: web::Data<Cursors>,
) -> Result<HttpResponse> {
    let Query { params, pairs } = query;
    let filters = [pairs.get("status")];
    let scope = list::scope(&filters);
    let after = params.cursor.as_deref().map(|cursor| cursors.open(&scope, cursor)).transpose()?;
    let mut connection = pool.acquire().await?;
    let rows = list::select_page(&mut connection, caller, &params, after.as_ref()).await?;
    let page = Page::cut(rows, params.limit, &cursors, &scope, position);
    let page = page.try_map(async |rows| Order::all_whole(&mut connection, rows).await).await?;
    let mut response = HttpResponse::Ok();
    page.link(request.path(), &pairs, &mut response);
    Ok(response.insert_header(CACHED).json(page))
}

pub async fn get_order(
    caller: Caller,
    id: web::Path<Id>,
    known: IfNoneMatch,
    pool: web::Data<PgPool>,
) -> Result<HttpResponse> {
    let mut connection = pool.acquire().await?;
    let row = order_query!(
        "SELECT " + columns + " FROM orders WHERE id = $1 AND (user_id = $2 OR $3)",
        id.0,
        caller.id,
        caller.is_admin(),
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Problem::NotFound)?;
    if known.matches(row.version) {
        return Ok(HttpResponse::NotModified().insert_header(CACHED).insert_header(etag(row.version)).finish());
    }
    let order = Order::whole(&mut connection, row).await?;
    Ok(HttpResponse::Ok().insert_header(CACHED).insert_header(etag(order.row.version)).json(order))
}

pub async fn cancel_order(caller: Caller, id: web::Path<Id>, pool: web::Data<PgPool>) -> Result<HttpResponse> {
    let mut transaction = pool.begin().await?;
    let row = transition::lock(&mut transaction, caller, id.0).await?;
    let order = transition::apply(&mut transaction, caller, row, Status::Cancelled).await?;
    transaction.commit().await?;
    Ok(HttpResponse::Ok().insert_header(CACHED).insert_header(etag(order.row.version)).json(order))
}

pub async fn transition_order(
    Admin(caller): Admin,
    id: web::Path<Id>,
    precondition: IfMatch,
    body: Json<Transition>,
    pool: web::Data<PgPool>,
) -> Result<HttpResponse> {
    let mut transaction = pool.begin().await?;
    let row = transition::lock(&mut transaction, caller, id.0).await?;
    precondition.check(row.version)?;
    let order = transition::apply(&mut transaction, caller, row, body.data.to).await?;
    transaction.commit().await?;
    Ok(HttpResponse::Ok()
        .insert_header(CACHED)
        .insert_header((CONTENT_LOCATION, format!("/orders/{}", order.row.id)))
        .insert_header(etag(order.row.version))
        .json(order))
}

fn position(row: &OrderRow) -> Position {
    Position { key: row.created_at.0.timestamp_millis().to_string(), id: row.id }
}
