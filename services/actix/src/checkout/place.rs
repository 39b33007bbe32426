//! The order of judgement (CHECKOUT-5), and what a checkout writes.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::carts::{self, Cart};
use crate::orders::{Line, Order, order_query};
use crate::platform::problem::StockLine;
use crate::platform::{Problem, Result};

struct LockedCart {
    id: Uuid,
    coupon_id: Option<Uuid>,
}

/// Locks what the cart needs, judges the cart as it is then, and orders it.
pub async fn place_order(connection: &mut PgConnection, user: Uuid, expected_total: i64) -> Result<Order> {
    let locked = lock(connection, user).await?;
    // A statement after the locks: it sees what others committed while they were waited for.
    let cart = Cart::read(connection, user).await?;
    judge(&cart, expected_total)?;
    sqlx::query!(
        "UPDATE products SET stock = stock - quantity FROM cart_items WHERE cart_id = $1 AND products.id = product_id",
        locked.id,
    )
    .execute(&mut *connection)
    .await?;
    let order = insert(connection, user, &locked, &cart).await?;
    if let Some(coupon) = locked.coupon_id {
        redeem(connection, user, coupon, order.row.id).await?;
    }
    sqlx::query!("UPDATE carts SET status = 'ordered', updated_at = now() WHERE id = $1", locked.id)
        .execute(connection)
        .await?;
    Ok(order)
}

async fn lock(connection: &mut PgConnection, user: Uuid) -> Result<LockedCart> {
    let cart = sqlx::query_as!(
        LockedCart,
        "SELECT id, coupon_id FROM carts WHERE user_id = $1 AND status = 'open' FOR UPDATE",
        user,
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Problem::CartEmpty)?;
    if let Some(coupon) = cart.coupon_id {
        sqlx::query!("SELECT FROM coupons WHERE id = $1 FOR NO KEY UPDATE", coupon).execute(&mut *connection).await?;
    }
    sqlx::query!(
        "SELECT FROM products WHERE id IN (SELECT product_id FROM cart_items WHERE cart_id = $1)
         ORDER BY sku FOR NO KEY UPDATE",
        cart.id,
    )
    .execute(connection)
    .await?;
    Ok(cart)
}

fn judge(cart: &Cart, expected_total: i64) -> Result<()> {
    if cart.lines.is_empty() {
        return Err(Problem::CartEmpty);
    }
    let archived = at_fault(cart, |line| !line.available);
    if !archived.is_empty() {
        return Err(Problem::ProductUnavailable(archived));
    }
    let short = at_fault(cart, |line| !line.in_stock);
    if !short.is_empty() {
        return Err(Problem::InsufficientStock(short));
    }
    if cart.coupon.as_ref().is_some_and(|coupon| !coupon.applied) {
        return Err(Problem::CouponNotApplicable);
    }
    if cart.total != expected_total {
        return Err(Problem::TotalChanged(cart.total));
    }
    Ok(())
}

fn at_fault(cart: &Cart, fault: impl Fn(&carts::Line) -> bool) -> Vec<StockLine> {
    let lines = cart.lines.iter().filter(|line| fault(line));
    let available = |line: &carts::Line| if line.available { line.stock } else { 0 };
    lines
        .map(|line| StockLine { sku: line.sku.clone(), requested: line.quantity, available: available(line) })
        .collect()
}

async fn insert(connection: &mut PgConnection, user: Uuid, locked: &LockedCart, cart: &Cart) -> Result<Order> {
    let row = order_query!(
        "INSERT INTO orders (user_id, cart_id, coupon_code, subtotal, discount, tax, shipping, total)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         RETURNING "
            + columns,
        user,
        locked.id,
        cart.coupon.as_ref().map(|coupon| &coupon.code),
        cart.subtotal,
        cart.discount,
        cart.tax,
        cart.shipping,
        cart.total,
    )
    .fetch_one(&mut *connection)
    .await?;
    let discounts: Vec<i64> = cart.lines.iter().map(|line| line.discount).collect();
    let taxes: Vec<i64> = cart.lines.iter().map(|line| line.tax).collect();
    let lines = sqlx::query_as!(
        Line,
        r#"INSERT INTO order_items
           (order_id, product_id, position, sku, name, unit_price, quantity, discount, tax_rate_bp, tax)
         SELECT $1, product_id, line, sku, name, price, quantity, ($3::bigint[])[line], tax_rate_bp, ($4::bigint[])[line]
         FROM (SELECT product_id, quantity, products.sku, name, price, tax_rate_bp, row_number() OVER (ORDER BY sku) AS line
               FROM cart_items JOIN products ON products.id = product_id WHERE cart_id = $2) AS lines
         ORDER BY line
         RETURNING order_id, sku, name, unit_price, quantity, unit_price * quantity AS "line_total!", discount,
           tax_rate_bp, tax"#,
        row.id,
        locked.id,
        &discounts,
        &taxes,
    )
    .fetch_all(connection)
    .await?;
    Ok(Order::new(row, lines))
}

async fn redeem(connection: &mut PgConnection, user: Uuid, coupon: Uuid, order: Uuid) -> Result<()> {
    sqlx::query!(
        "WITH counted AS (UPDATE coupons SET redeemed = redeemed + 1 WHERE id = $1)
         INSERT INTO coupon_redemptions (coupon_id, user_id, order_id) VALUES ($1, $2, $3)",
        coupon,
        user,
        order,
    )
    .execute(connection)
    .await?;
    Ok(())
}
