//! Locks what a cart needs, judges the cart as it is then, and orders it (CHECKOUT-5, CHECKOUT-6).

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use uuid::Uuid;

use crate::carts::model::{Cart, Line, lock_if_open, read};
use crate::orders::model::{Order, OrderItem, OrderRow};
use crate::platform::{Problem, Result, problem};
use crate::schema::{cart_items, carts, coupon_redemptions, coupons, order_items, orders, products};

pub async fn place_order(connection: &mut AsyncPgConnection, user: Uuid, expected_total: i64) -> Result<Order> {
    let (cart_id, coupon_id) = lock_if_open(connection, user).await?.ok_or(problem::CART_EMPTY)?;
    if let Some(coupon) = coupon_id {
        coupons::table.find(coupon).select(coupons::id).for_no_key_update().first::<Uuid>(connection).await?;
    }
    let in_cart = || cart_items::table.filter(cart_items::cart_id.eq(cart_id));
    products::table
        .filter(products::id.eq_any(in_cart().select(cart_items::product_id)))
        .order(products::sku)
        .select(products::id)
        .for_no_key_update()
        .load::<Uuid>(connection)
        .await?;
    // A statement after the locks, so that it sees what others committed while these were waited for.
    let cart = read(connection, user).await?;
    judge(&cart, expected_total)?;
    let taken = in_cart()
        .filter(cart_items::product_id.eq(products::id))
        .select(cart_items::quantity)
        .single_value()
        .assume_not_null();
    diesel::update(products::table)
        .filter(products::id.eq_any(in_cart().select(cart_items::product_id)))
        .set(products::stock.eq(products::stock - taken))
        .execute(connection)
        .await?;
    let order = insert_order(connection, user, cart_id, &cart).await?;
    if let Some(coupon) = coupon_id {
        redeem(connection, coupon, user, order.row.id).await?;
    }
    diesel::update(carts::table.find(cart_id))
        .set((carts::status.eq("ordered"), carts::updated_at.eq(diesel::dsl::now)))
        .execute(connection)
        .await?;
    Ok(order)
}

#[derive(Serialize)]
struct LineAtFault<'a> {
    sku: &'a str,
    requested: i32,
    available: i32,
}

/// The first fault of CHECKOUT-5.
fn judge(cart: &Cart, expected_total: i64) -> Result<()> {
    if cart.lines.is_empty() {
        return Err(problem::CART_EMPTY.into());
    }
    let at_fault = |fault: fn(&Line) -> bool| -> Vec<LineAtFault<'_>> {
        let lines = cart.lines.iter().filter(|line| fault(line));
        lines
            .map(|line| LineAtFault {
                sku: &line.product.sku,
                requested: line.quantity,
                available: if line.product.active { line.product.stock } else { 0 },
            })
            .collect()
    };
    let archived = at_fault(|line| !line.product.active);
    if !archived.is_empty() {
        return Err(Problem::from(problem::PRODUCT_UNAVAILABLE).with("lines", archived));
    }
    let short = at_fault(|line| !line.in_stock);
    if !short.is_empty() {
        return Err(Problem::from(problem::INSUFFICIENT_STOCK).with("lines", short));
    }
    if cart.coupon.as_ref().is_some_and(|coupon| !coupon.applied) {
        return Err(problem::COUPON_NOT_APPLICABLE.into());
    }
    if cart.total != expected_total {
        return Err(Problem::from(problem::TOTAL_CHANGED).with("total", cart.total));
    }
    Ok(())
}

async fn insert_order(connection: &mut AsyncPgConnection, user: Uuid, cart_id: Uuid, cart: &Cart) -> Result<Order> {
    let row: OrderRow = diesel::insert_into(orders::table)
        .values((
            orders::user_id.eq(user),
            orders::cart_id.eq(cart_id),
            orders::coupon_code.eq(cart.coupon.as_ref().map(|coupon| &coupon.code)),
            orders::subtotal.eq(cart.subtotal),
            orders::discount.eq(cart.discount),
            orders::tax.eq(cart.tax),
            orders::shipping.eq(cart.shipping),
            orders::total.eq(cart.total),
        ))
        .returning(OrderRow::as_returning())
        .get_result(connection)
        .await?;
    let items: Vec<_> = cart
        .lines
        .iter()
        .zip(1..)
        .map(|(line, position)| {
            (
                order_items::order_id.eq(row.id),
                order_items::product_id.eq(line.product.id),
                order_items::position.eq(position),
                order_items::sku.eq(&line.product.sku),
                order_items::name.eq(&line.product.name),
                order_items::unit_price.eq(line.product.price),
                order_items::quantity.eq(line.quantity),
                order_items::discount.eq(line.discount),
                order_items::tax_rate_bp.eq(line.product.tax_rate_bp),
                order_items::tax.eq(line.tax),
            )
        })
        .collect();
    let items = diesel::insert_into(order_items::table)
        .values(&items)
        .returning(OrderItem::as_returning())
        .get_results(connection)
        .await?;
    Ok(Order::new(row, items))
}

async fn redeem(connection: &mut AsyncPgConnection, coupon: Uuid, user: Uuid, order: Uuid) -> Result<()> {
    diesel::update(coupons::table.find(coupon))
        .set(coupons::redeemed.eq(coupons::redeemed + 1))
        .execute(connection)
        .await?;
    diesel::insert_into(coupon_redemptions::table)
        .values((
            coupon_redemptions::coupon_id.eq(coupon),
            coupon_redemptions::user_id.eq(user),
            coupon_redemptions::order_id.eq(order),
        ))
        .execute(connection)
        .await?;
    Ok(())
}
