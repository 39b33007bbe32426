use actix_web::{Responder, web};
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use validator::Validate;

use super::Cart;
use crate::platform::auth::Caller;
use crate::platform::json::Json;
use crate::platform::path::Sku;
use crate::platform::validation::COUPON_CODE;
use crate::platform::{Problem, Result};

const MOST_LINES: i64 = 20;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PutItem {
    #[validate(range(min = 1, max = 99))]
    quantity: i32,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PutCoupon {
    #[validate(regex(path = *COUPON_CODE))]
    code: String,
}

pub async fn get_cart(caller: Caller, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let mut connection = pool.acquire().await?;
    Ok(web::Json(Cart::read(&mut connection, caller.id).await?))
}

pub async fn put_cart_item(
    caller: Caller,
    sku: web::Path<Sku>,
    body: Json<PutItem>,
    pool: web::Data<PgPool>,
) -> Result<impl Responder> {
    let mut transaction = pool.begin().await?;
    let cart = lock_open_cart(&mut transaction, caller.id).await?;
    let product = sqlx::query_scalar!("SELECT id FROM products WHERE sku = $1 AND active", &**sku)
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Problem::NotFound)?;
    let written = sqlx::query!(
        "INSERT INTO cart_items (cart_id, product_id, quantity)
         SELECT $1, $2, $3
         WHERE (SELECT count(*) FROM cart_items WHERE cart_id = $1 AND product_id <> $2) < $4
         ON CONFLICT ON CONSTRAINT cart_items_product_key DO UPDATE SET quantity = excluded.quantity",
        cart,
        product,
        body.data.quantity,
        MOST_LINES,
    )
    .execute(&mut *transaction)
    .await?;
    if written.rows_affected() == 0 {
        return Err(Problem::CartFull);
    }
    let cart = Cart::read(&mut transaction, caller.id).await?;
    transaction.commit().await?;
    Ok(web::Json(cart))
}

pub async fn delete_cart_item(caller: Caller, sku: web::Path<Sku>, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let mut transaction = pool.begin().await?;
    let cart = lock_open_cart(&mut transaction, caller.id).await?;
    sqlx::query!(
        "DELETE FROM cart_items USING products WHERE cart_id = $1 AND products.id = product_id AND sku = $2",
        cart,
        &**sku,
    )
    .execute(&mut *transaction)
    .await?;
    let cart = Cart::read(&mut transaction, caller.id).await?;
    transaction.commit().await?;
    Ok(web::Json(cart))
}

pub async fn put_cart_coupon(caller: Caller, body: Json<PutCoupon>, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let mut transaction = pool.begin().await?;
    let cart = lock_open_cart(&mut transaction, caller.id).await?;
    let attached = sqlx::query!(
        "UPDATE carts SET coupon_id = coupons.id, updated_at = now() FROM coupons WHERE carts.id = $1 AND code = $2",
        cart,
        body.data.code.to_ascii_uppercase(),
    )
    .execute(&mut *transaction)
    .await?;
    if attached.rows_affected() == 0 {
        return Err(Problem::CouponNotFound);
    }
    let cart = Cart::read(&mut transaction, caller.id).await?;
    transaction.commit().await?;
    Ok(web::Json(cart))
}

pub async fn delete_cart_coupon(caller: Caller, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let mut transaction = pool.begin().await?;
    let cart = lock_open_cart(&mut transaction, caller.id).await?;
    sqlx::query!("UPDATE carts SET coupon_id = NULL, updated_at = now() WHERE id = $1", cart)
        .execute(&mut *transaction)
        .await?;
    let cart = Cart::read(&mut transaction, caller.id).await?;
    transaction.commit().await?;
    Ok(web::Json(cart))
}

/// The open cart, locked, and made if there is none. A checkout may close it while this waits: then it looks again.
async fn lock_open_cart(connection: &mut PgConnection, user: Uuid) -> Result<Uuid> {
    loop {
        let cart = sqlx::query_scalar!("SELECT id FROM carts WHERE user_id = $1 AND status = 'open' FOR UPDATE", user)
            .fetch_optional(&mut *connection)
            .await?;
        if let Some(cart) = cart {
            return Ok(cart);
        }
        let made = sqlx::query!(
            "INSERT INTO carts (user_id) VALUES ($1) ON CONFLICT (user_id) WHERE status = 'open' DO NOTHING",
            user,
        )
        .execute(&mut *connection)
        .await;
        match made {
            Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
                return Err(Problem::Unauthenticated); // the user of the token is gone
            }
            made => made?,
        };
    }
}
