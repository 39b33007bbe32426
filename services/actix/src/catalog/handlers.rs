use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use sqlx::PgPool;

use super::list::{self, ListProducts};
use super::product_query;
use crate::platform::conditions::{IfNoneMatch, etag};
use crate::platform::cursor::{Cursors, Page};
use crate::platform::path::Sku;
use crate::platform::query::Query;
use crate::platform::{Problem, Result};

pub async fn list_products(
    request: HttpRequest,
    query: Query<ListProducts>,
    pool: web::Data<PgPool>,
    cursors: web::Data<Cursors>,
) -> Result<HttpResponse> {
    let Query { params, pairs } = query;
    let filters = ["q", "category", "price_min", "price_max", "in_stock"].map(|name| pairs.get(name));
    let scope = params.scope(&filters);
    let after = params.cursor.as_deref().map(|cursor| cursors.open(&scope, cursor)).transpose()?;
    let rows = list::select_page(&pool, &params, after.as_ref()).await?;
    let page = Page::cut(rows, params.limit, &cursors, &scope, |row| params.sort.position(row));
    let mut response = HttpResponse::Ok();
    page.link(request.path(), &pairs, &mut response);
    Ok(response.insert_header((CACHE_CONTROL, "no-cache")).json(page))
}

pub async fn get_product(sku: web::Path<Sku>, known: IfNoneMatch, pool: web::Data<PgPool>) -> Result<HttpResponse> {
    let product = product_query!("SELECT " + columns + " FROM products WHERE sku = $1 AND active", &**sku)
        .fetch_optional(pool.as_ref())
        .await?
        .ok_or(Problem::NotFound)?;
    if known.matches(product.version) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(unchanged.insert_header((CACHE_CONTROL, "no-cache")).insert_header(etag(product.version)).finish());
    }
    Ok(product.shown())
}
