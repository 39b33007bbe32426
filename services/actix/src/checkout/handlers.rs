use actix_web::http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use validator::Validate;

use super::idempotency::{Answer, IdempotencyKey};
use super::place::place_order;
use crate::platform::Result;
use crate::platform::auth::Caller;
use crate::platform::conditions::etag;
use crate::platform::json::Json;
use crate::platform::rate_limit::Policy;

const CHECKOUTS: Policy = Policy { name: "checkout", burst: 20, interval: 3.0 };

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    #[validate(range(min = 0, max = 99_999_999_999_i64))]
    expected_total: i64,
}

pub async fn checkout(
    caller: Caller,
    key: IdempotencyKey,
    body: Json<Checkout>,
    pool: web::Data<PgPool>,
) -> Result<HttpResponse> {
    CHECKOUTS.take(&pool, &caller.id.to_string()).await?;
    // Locks in the order of DB-3: key, cart, coupon, products; the triggers at COMMIT take that of the events.
    let mut transaction = pool.begin().await?;
    let answer = match answered(&mut transaction, caller.id, &key, &body).await {
        Ok(answer) => answer,
        Err(problem) => {
            // Dropped, it would end behind the answer: who asks again at once would find the key locked.
            transaction.rollback().await?;
            return Err(problem);
        }
    };
    transaction.commit().await?;
    let mut response = HttpResponse::Created();
    if answer.replayed {
        response.insert_header((HeaderName::from_static("idempotent-replayed"), "true"));
    }
    response.insert_header((LOCATION, answer.location)).insert_header(etag(1));
    Ok(response.insert_header((CONTENT_TYPE, "application/json")).body(answer.body))
}

async fn answered(
    connection: &mut PgConnection,
    user_id: Uuid,
    key: &IdempotencyKey,
    body: &Json<Checkout>,
) -> Result<Answer> {
    key.lock(connection, user_id).await?;
    if let Some(answer) = key.stored(connection, user_id, &body.bytes).await? {
        return Ok(answer);
    }
    let order = place_order(connection, user_id, body.data.expected_total).await?;
    let location = format!("/orders/{}", order.row.id);
    let answer = Answer { location, body: serde_json::to_string(&order)?, replayed: false };
    key.store(connection, user_id, &body.bytes, &answer).await?;
    Ok(answer)
}
