use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::State;
use rocket::http::Header;
use uuid::Uuid;

use crate::checkout::key::KeyedCheckout;
use crate::checkout::place::place_order;
use crate::platform::problem::{IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, INTERNAL_ERROR};
use crate::platform::{Caller, Db, Problem, RateLimit, Resource, Result, etag};
use crate::schema::idempotency_keys;

const CHECKOUT_LIMIT: RateLimit = RateLimit { name: "checkout", burst: 20, interval: 3 };

#[diesel::declare_sql_function]
extern "SQL" {
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
    fn hashtextextended(text: Text, seed: BigInt) -> BigInt;
}

/// The bytes that are stored with the key.
#[derive(Responder)]
pub enum Placed {
    #[response(status = 201, content_type = "json")]
    Now(String, Header<'static>, Header<'static>),
    #[response(status = 201, content_type = "json")]
    Before(String, Header<'static>, Header<'static>, Header<'static>),
}

#[post("/checkout", data = "<body>")]
pub async fn checkout(caller: Caller, body: KeyedCheckout, db: &State<Db>) -> Result<Placed> {
    CHECKOUT_LIMIT.take(db, &caller.id.to_string()).await?;
    let mut connection = db.get().await?;
    // Locks in the order of DB-3: key, cart, coupon, products; the triggers at COMMIT take the event lock.
    let placed = connection.transaction(async |connection| {
        if !lock_key(connection, caller.id, &body.key).await? {
            return Err(Problem::from(IDEMPOTENCY_IN_PROGRESS).header("Retry-After", "1"));
        }
        if let Some(replay) = stored(connection, caller.id, &body).await? {
            return Ok(replay);
        }
        let order = place_order(connection, caller.id, body.expected_total).await?;
        let location = order.path();
        let text = serde_json::to_string(&order).map_err(|_| INTERNAL_ERROR)?;
        diesel::insert_into(idempotency_keys::table)
            .values((
                idempotency_keys::user_id.eq(caller.id),
                idempotency_keys::idem_key.eq(&body.key),
                idempotency_keys::fingerprint.eq(&body.fingerprint),
                idempotency_keys::response_status.eq(201),
                idempotency_keys::response_location.eq(&location),
                idempotency_keys::response_body.eq(&text),
            ))
            .execute(connection)
            .await?;
        Ok(Placed::Now(text, Header::new("Location", location), first_version()))
    });
    placed.await
}

async fn lock_key(connection: &mut AsyncPgConnection, user: Uuid, key: &str) -> Result<bool> {
    let lock = pg_try_advisory_xact_lock(hashtextextended(format!("idem:{user}:{key}"), 0));
    Ok(diesel::select(lock).get_result(connection).await?)
}

/// What the key has answered before. A statement of its own: it sees what was committed before the lock was free.
async fn stored(connection: &mut AsyncPgConnection, user: Uuid, request: &KeyedCheckout) -> Result<Option<Placed>> {
    let found: Option<(String, Option<String>, String)> = idempotency_keys::table
        .filter(idempotency_keys::user_id.eq(user))
        .filter(idempotency_keys::idem_key.eq(&request.key))
        .select((idempotency_keys::fingerprint, idempotency_keys::response_location, idempotency_keys::response_body))
        .first(connection)
        .await
        .optional()?;
    match found {
        Some((fingerprint, ..)) if fingerprint != request.fingerprint => Err(IDEMPOTENCY_KEY_REUSED.into()),
        Some((_, location, body)) => {
            let location = Header::new("Location", location.unwrap_or_default());
            let replayed = Header::new("Idempotent-Replayed", "true");
            Ok(Some(Placed::Before(body, location, first_version(), replayed)))
        }
        None => Ok(None),
    }
}

fn first_version() -> Header<'static> {
    Header::new("ETag", etag(1))
}
