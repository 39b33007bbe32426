use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::State;
use serde::Deserialize;
use uuid::Uuid;
use validator::Validate;

use crate::carts::model::{Cart, lock, read};
use crate::platform::problem::{CART_FULL, COUPON_NOT_FOUND};
use crate::platform::{COUPON_CODE, Caller, Db, Json, Result, Sku};
use crate::schema::{cart_items, carts, coupons, products};

const MOST_LINES: i64 = 20;

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CartItem {
    #[validate(range(min = 1, max = 99))]
    quantity: i32,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CartCoupon {
    #[validate(regex(path = *COUPON_CODE))]
    code: String,
}

#[get("/cart")]
pub async fn get_cart(caller: Caller, db: &State<Db>) -> Result<Json<Cart>> {
    Ok(Json(read(&mut *db.get().await?, caller.id).await?))
}

#[put("/cart/items/<sku>", data = "<body>")]
pub async fn put_cart_item(caller: Caller, sku: Sku<'_>, body: Json<CartItem>, db: &State<Db>) -> Result<Json<Cart>> {
    let mut connection = db.get().await?;
    let cart = connection.transaction(async |connection| {
        let cart = lock(connection, caller.id).await?;
        let others = cart_items::table
            .filter(cart_items::cart_id.eq(cart))
            .filter(cart_items::product_id.ne(products::id))
            .count()
            .single_value()
            .assume_not_null();
        let (product, others): (Uuid, i64) = products::table
            .filter(products::sku.eq(sku.0))
            .filter(products::active)
            .select((products::id, others))
            .first(connection)
            .await?;
        if others >= MOST_LINES {
            return Err(CART_FULL.into());
        }
        diesel::insert_into(cart_items::table)
            .values((
                cart_items::cart_id.eq(cart),
                cart_items::product_id.eq(product),
                cart_items::quantity.eq(body.0.quantity),
            ))
            .on_conflict((cart_items::cart_id, cart_items::product_id))
            .do_update()
            .set(cart_items::quantity.eq(excluded(cart_items::quantity)))
            .execute(connection)
            .await?;
        read(connection, caller.id).await
    });
    cart.await.map(Json)
}

#[delete("/cart/items/<sku>")]
pub async fn delete_cart_item(caller: Caller, sku: Sku<'_>, db: &State<Db>) -> Result<Json<Cart>> {
    let mut connection = db.get().await?;
    let cart = connection.transaction(async |connection| {
        let cart = lock(connection, caller.id).await?;
        let product = products::table.filter(products::sku.eq(sku.0)).select(products::id);
        diesel::delete(cart_items::table)
            .filter(cart_items::cart_id.eq(cart))
            .filter(cart_items::product_id.eq_any(product))
            .execute(connection)
            .await?;
        read(connection, caller.id).await
    });
    cart.await.map(Json)
}

#[put("/cart/coupon", data = "<body>")]
pub async fn put_cart_coupon(caller: Caller, body: Json<CartCoupon>, db: &State<Db>) -> Result<Json<Cart>> {
    let code = body.0.code.to_ascii_uppercase();
    let mut connection = db.get().await?;
    let cart = connection.transaction(async |connection| {
        let cart = lock(connection, caller.id).await?;
        let coupon: Option<Uuid> =
            coupons::table.filter(coupons::code.eq(&code)).select(coupons::id).first(connection).await.optional()?;
        attach(connection, cart, Some(coupon.ok_or(COUPON_NOT_FOUND)?)).await?;
        read(connection, caller.id).await
    });
    cart.await.map(Json)
}

#[delete("/cart/coupon")]
pub async fn delete_cart_coupon(caller: Caller, db: &State<Db>) -> Result<Json<Cart>> {
    let mut connection = db.get().await?;
    let cart = connection.transaction(async |connection| {
        let cart = lock(connection, caller.id).await?;
        attach(connection, cart, None).await?;
        read(connection, caller.id).await
    });
    cart.await.map(Json)
}

async fn attach(connection: &mut AsyncPgConnection, cart: Uuid, coupon: Option<Uuid>) -> Result<()> {
    diesel::update(carts::table.find(cart))
        .set((carts::coupon_id.eq(coupon), carts::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(())
}
