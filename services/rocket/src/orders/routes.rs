use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::State;
use serde::Deserialize;
use uuid::Uuid;
use validator::Validate;

use crate::orders::list::{ListQuery, select_page};
use crate::orders::model::{Order, OrderRow, visible_to};
use crate::platform::problem::INVALID_TRANSITION;
use crate::platform::{
    Admin, Caller, Cursors, Db, Entity, Id, IfMatch, IfNoneMatch, Json, Page, Problem, Query, Result, cut, millis,
    pattern,
};
use crate::schema::{order_items, orders, products};

#[get("/orders")]
pub async fn list_orders(
    caller: Caller,
    query: Query<ListQuery<'_>>,
    cursors: &State<Cursors>,
    db: &State<Db>,
) -> Result<Page<Order>> {
    let query = query.0;
    let scope = query.scope();
    let after = cursors.open(&scope, query.cursor)?;
    let mut connection = db.get().await?;
    let mut rows = select_page(&mut connection, &query, after, caller).await?;
    let next = cut(&mut rows, query.limit).map(|row| cursors.seal(&scope, &millis(row.created_at), row.id));
    Ok(Page::new(Order::of(&mut connection, rows).await?, next))
}

#[get("/orders/<id>")]
pub async fn get_order(caller: Caller, id: Id, known: IfNoneMatch, db: &State<Db>) -> Result<Entity<Order>> {
    let mut connection = db.get().await?;
    let row =
        visible_to(caller).filter(orders::id.eq(id.0)).select(OrderRow::as_select()).first(&mut connection).await?;
    Ok(Entity::unless(&known, Order::one(&mut connection, row).await?))
}

#[post("/orders/<id>/cancel")]
pub async fn cancel_order(caller: Caller, id: Id, db: &State<Db>) -> Result<Entity<Order>> {
    move_to(db, caller, id.0, "cancelled", None).await.map(Entity::shown)
}

pattern!(STATUS, r"\A(pending|paid|shipped|delivered|cancelled|refunded)\z");

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    #[validate(regex(path = *STATUS))]
    to: String,
}

#[post("/admin/orders/<id>/transition", data = "<body>")]
pub async fn transition_order(
    admin: Admin,
    id: Id,
    condition: IfMatch,
    body: Json<Transition>,
    db: &State<Db>,
) -> Result<Entity<Order>> {
    move_to(db, admin.0, id.0, &body.0.to, Some(condition)).await.map(Entity::changed)
}

/// Brings an order to another status, under its lock. A cancelled one that is cancelled again stays as it is.
async fn move_to(db: &Db, caller: Caller, id: Uuid, to: &str, condition: Option<IfMatch>) -> Result<Order> {
    let mut connection = db.get().await?;
    let moved = connection.transaction(async |connection| {
        let mut row: OrderRow = visible_to(caller)
            .filter(orders::id.eq(id))
            .select(OrderRow::as_select())
            .for_no_key_update()
            .first(connection)
            .await?;
        if let Some(condition) = &condition {
            condition.check(row.version)?;
        }
        if (row.status.as_str(), to) != ("cancelled", "cancelled") {
            if !may_move(caller, &row.status, to) {
                return Err(Problem::from(INVALID_TRANSITION).with("from", row.status).with("to", to));
            }
            if to == "cancelled" {
                give_stock_back(connection, id).await?;
            }
            row = diesel::update(orders::table.find(id))
                .set(orders::status.eq(to))
                .returning(OrderRow::as_returning())
                .get_result(connection)
                .await?;
        }
        Order::one(connection, row).await
    });
    moved.await
}

/// ORDER-2, but for what webhooks do.
fn may_move(caller: Caller, from: &str, to: &str) -> bool {
    match (from, to) {
        ("pending", "cancelled") => true,
        ("paid", "shipped" | "cancelled") | ("shipped", "delivered") => caller.is_admin(),
        _ => false,
    }
}

async fn give_stock_back(connection: &mut AsyncPgConnection, order: Uuid) -> Result<()> {
    let items = || order_items::table.filter(order_items::order_id.eq(order));
    products::table
        .filter(products::id.eq_any(items().select(order_items::product_id)))
        .order(products::sku)
        .select(products::id)
        .for_no_key_update()
        .load::<Uuid>(connection)
        .await?;
    let given = items()
        .filter(order_items::product_id.eq(products::id))
        .select(order_items::quantity)
        .single_value()
        .assume_not_null();
    diesel::update(products::table)
        .filter(products::id.eq_any(items().select(order_items::product_id)))
        .set(products::stock.eq(products::stock + given))
        .execute(connection)
        .await?;
    Ok(())
}
