//! How an order goes from one status to another, under its lock.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{Order, OrderRow, Status, order_query};
use crate::platform::auth::Caller;
use crate::platform::{Problem, Result};

/// ORDER-2, but for what webhooks do.
fn may_move(is_admin: bool, from: Status, to: Status) -> bool {
    match (from, to) {
        (Status::Pending, Status::Cancelled) => true,
        (Status::Paid, Status::Shipped | Status::Cancelled) | (Status::Shipped, Status::Delivered) => is_admin,
        _ => false,
    }
}

/// The order of the path, locked; a foreign one is unknown.
pub async fn lock(connection: &mut PgConnection, caller: Caller, id: Uuid) -> Result<OrderRow> {
    order_query!(
        "SELECT " + columns + " FROM orders WHERE id = $1 AND (user_id = $2 OR $3) FOR NO KEY UPDATE",
        id,
        caller.id,
        caller.is_admin(),
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Problem::NotFound)
}

/// Moves a locked order on. One that is cancelled twice stays as it is.
pub async fn apply(connection: &mut PgConnection, caller: Caller, row: OrderRow, to: Status) -> Result<Order> {
    let (from, id) = (row.status, row.id);
    if from == Status::Cancelled && to == Status::Cancelled {
        return Ok(Order::whole(connection, row).await?);
    }
    if !may_move(caller.is_admin(), from, to) {
        return Err(Problem::InvalidTransition { from, to });
    }
    if to == Status::Cancelled {
        give_stock_back(connection, id).await?;
    }
    let row = order_query!(
        "UPDATE orders SET status = $2 WHERE id = $1
         RETURNING "
            + columns,
        id,
        to.as_str(),
    )
    .fetch_one(&mut *connection)
    .await?;
    Ok(Order::whole(connection, row).await?)
}

async fn give_stock_back(connection: &mut PgConnection, order: Uuid) -> Result<()> {
    sqlx::query!(
        "SELECT FROM products WHERE id IN (SELECT product_id FROM order_items WHERE order_id = $1)
         ORDER BY sku FOR NO KEY UPDATE",
        order,
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE products SET stock = stock + quantity FROM order_items WHERE order_id = $1 AND products.id = product_id",
        order,
    )
    .execute(connection)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Status::{Cancelled, Delivered, Paid, Pending, Refunded, Shipped};
    use super::*;

    #[test]
    fn who_may_move_an_order() {
        let all = [Pending, Paid, Shipped, Delivered, Cancelled, Refunded];
        let allowed = |is_admin| {
            let pairs = all.into_iter().flat_map(|from| all.map(|to| (from, to)));
            pairs.filter(|&(from, to)| may_move(is_admin, from, to)).collect::<Vec<_>>()
        };
        assert_eq!(allowed(false), [(Pending, Cancelled)]);
        assert_eq!(allowed(true), [(Pending, Cancelled), (Paid, Shipped), (Paid, Cancelled), (Shipped, Delivered)]);
    }
}
