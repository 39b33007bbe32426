use actix_web::{HttpResponse, Responder, web};
use sqlx::PgPool;

use super::coupon::{Coupon, CreateCoupon};
use super::product::{self, AdjustStock, CreateProduct, PatchProduct};
use crate::catalog::product_query;
use crate::platform::auth::Admin;
use crate::platform::conditions::IfMatch;
use crate::platform::json::{Json, MergePatch};
use crate::platform::path::Sku;
use crate::platform::problem::{Fault, StockLine};
use crate::platform::{Problem, RawObject, Result, database};

const MOST_STOCK: i32 = 1_000_000;

pub async fn create_product(_: Admin, body: Json<CreateProduct>, pool: web::Data<PgPool>) -> Result<HttpResponse> {
    let new = body.data;
    let product = product_query!(
        "INSERT INTO products (sku, name, description, category, price, tax_rate_bp, attributes, stock)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sku) DO NOTHING RETURNING "
            + columns,
        new.sku,
        new.name,
        new.description,
        new.category,
        new.price,
        new.tax_rate_bp,
        RawObject::of(&new.attributes)?,
        new.stock,
    )
    .fetch_optional(pool.as_ref())
    .await?
    .ok_or(Problem::SkuTaken)?;
    Ok(product.created())
}

pub async fn patch_product(
    _: Admin,
    sku: web::Path<Sku>,
    precondition: IfMatch,
    patch: MergePatch<PatchProduct>,
    pool: web::Data<PgPool>,
) -> Result<HttpResponse> {
    let mut transaction = pool.begin().await?;
    let product = product::lock(&mut transaction, &sku).await?;
    precondition.check(product.version)?;
    let product = patch.0.merge(product)?;
    let product = product_query!(
        "UPDATE products
         SET name = $2, description = $3, category = $4, price = $5, tax_rate_bp = $6, attributes = $7
         WHERE id = $1 RETURNING "
            + columns,
        product.id,
        product.name,
        product.description,
        product.category,
        product.price,
        product.tax_rate_bp,
        product.attributes,
    )
    .fetch_one(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(product.changed())
}

pub async fn archive_product(
    _: Admin,
    sku: web::Path<Sku>,
    precondition: IfMatch,
    pool: web::Data<PgPool>,
) -> Result<impl Responder> {
    let mut transaction = pool.begin().await?;
    let product = product::lock(&mut transaction, &sku).await?;
    precondition.check(product.version)?;
    sqlx::query!("UPDATE products SET active = false WHERE id = $1", product.id).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(HttpResponse::NoContent())
}

pub async fn adjust_stock(
    _: Admin,
    sku: web::Path<Sku>,
    body: Json<AdjustStock>,
    pool: web::Data<PgPool>,
) -> Result<HttpResponse> {
    let delta = body.data.delta;
    // Stock that cancelled orders have lifted above the limit may fall.
    let adjusted = product_query!(
        "UPDATE products SET stock = stock + $2
         WHERE sku = $1 AND active AND stock + $2 >= 0 AND ($2 < 0 OR stock + $2 <= $3) RETURNING "
            + columns,
        &**sku,
        delta,
        MOST_STOCK,
    )
    .fetch_optional(pool.as_ref())
    .await?;
    if let Some(product) = adjusted {
        return Ok(product.changed());
    }
    let available = sqlx::query_scalar!("SELECT stock FROM products WHERE sku = $1 AND active", &**sku)
        .fetch_optional(pool.as_ref())
        .await?
        .ok_or(Problem::NotFound)?;
    if delta > 0 {
        return Err(Problem::StockLimit);
    }
    Err(Problem::InsufficientStock(vec![StockLine { sku: sku.to_string(), requested: -delta, available }]))
}

pub async fn create_coupon(_: Admin, body: Json<CreateCoupon>, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let new = body.data;
    let coupon = sqlx::query_as!(
        Coupon,
        "INSERT INTO coupons (code, percent_bp, min_subtotal, max_redemptions, starts_at, ends_at)
         VALUES ($1, $2, $3, $4, coalesce($5, now()), $6) ON CONFLICT (code) DO NOTHING
         RETURNING code, percent_bp, min_subtotal, max_redemptions, redeemed, starts_at, ends_at",
        new.code.to_ascii_uppercase(),
        new.percent_bp,
        new.min_subtotal,
        new.max_redemptions,
        new.starts_at as _,
        new.ends_at as _,
    )
    .fetch_optional(pool.as_ref())
    .await
    .map_err(|error| match error {
        error if database::violates(&error, "coupons_window_ck") => {
            Problem::ValidationFailed(vec![Fault { pointer: "/ends_at".to_owned(), code: "out_of_range".into() }])
        }
        error => error.into(),
    })?
    .ok_or(Problem::CodeTaken)?;
    Ok(HttpResponse::Created().json(coupon))
}
