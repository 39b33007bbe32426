use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;
use validator::Validate;

use crate::platform::problem::WEBHOOK_REJECTED;
use crate::platform::{Db, Json, Problem, Rejection, Result, is_id, shaped, strict, validated};
use crate::schema::{orders, webhook_events};
use crate::webhooks::signature::Signed;

#[derive(Deserialize, Validate)]
struct Event {
    #[serde(rename = "type")]
    #[validate(length(min = 1, max = 100))]
    kind: String,
}

#[derive(Deserialize)]
struct Payment {
    data: PaymentData,
}

#[derive(Deserialize, Validate)]
struct PaymentData {
    order_id: String,
    #[validate(length(min = 1, max = 200))]
    payment_id: String,
    amount: i64,
    currency: String,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Applied,
    Ignored,
    Duplicate,
}

#[derive(Serialize)]
pub struct WebhookResult {
    result: Outcome,
}

#[post("/webhooks/payments", data = "<signed>")]
pub async fn payment_webhook(signed: Signed, db: &State<Db>) -> Result<Json<WebhookResult>> {
    let document = strict(&signed.body)?;
    let event = shaped::<Event>(document.clone()).and_then(validated).map_err(rejected)?;
    let mut connection = db.get().await?;
    let result = connection.transaction(async |connection| {
        // Of several deliveries at once the others wait here until the first is committed or refused.
        let inserted = diesel::insert_into(webhook_events::table)
            .values((webhook_events::id.eq(&signed.id), webhook_events::type_.eq(&event.kind)))
            .on_conflict(webhook_events::id)
            .do_nothing()
            .execute(connection)
            .await?;
        if inserted == 0 {
            return Ok(Outcome::Duplicate);
        }
        let Some(reached) = event.kind.strip_prefix("payment.").and_then(rank) else {
            return Ok(Outcome::Ignored);
        };
        let outcome = pay(connection, document, reached).await?;
        if let Outcome::Applied = outcome {
            diesel::update(webhook_events::table.find(&signed.id))
                .set(webhook_events::result.eq("applied"))
                .execute(connection)
                .await?;
        }
        Ok::<_, Problem>(outcome)
    });
    Ok(Json(WebhookResult { result: result.await? }))
}

fn rejected(rejection: Rejection) -> Problem {
    match rejection {
        Rejection::Malformed => rejection.into(),
        Rejection::Invalid(_) => WEBHOOK_REJECTED.into(),
    }
}

/// Payment statuses in their order: an order's only rises (WEBHOOK-4).
const RISING: [&str; 4] = ["none", "failed", "succeeded", "refunded"];

/// The place of what an event reports; no event reports `none`.
fn rank(status: &str) -> Option<usize> {
    RISING.iter().position(|each| *each == status).filter(|&rank| rank > 0)
}

async fn pay(connection: &mut AsyncPgConnection, document: Value, reached: usize) -> Result<Outcome> {
    let payment: Payment = shaped(document).map_err(rejected)?;
    let payment = validated(payment.data).map_err(rejected)?;
    let order: Uuid = payment.order_id.parse().ok().filter(|_| is_id(&payment.order_id)).ok_or(WEBHOOK_REJECTED)?;
    let (status, payment_status, currency, total): (String, String, String, i64) = orders::table
        .find(order)
        .select((orders::status, orders::payment_status, orders::currency, orders::total))
        .for_no_key_update()
        .first(connection)
        .await
        .optional()?
        .ok_or(WEBHOOK_REJECTED)?;
    if payment.amount != total || payment.currency != currency {
        return Err(WEBHOOK_REJECTED.into());
    }
    if rank(&payment_status).is_some_and(|rank| rank >= reached) {
        return Ok(Outcome::Ignored);
    }
    let status = match (RISING[reached], status.as_str()) {
        ("refunded", _) => "refunded",
        ("succeeded", "pending") => "paid",
        (_, unchanged) => unchanged,
    };
    diesel::update(orders::table.find(order))
        .set((orders::status.eq(status), orders::payment_status.eq(RISING[reached])))
        .execute(connection)
        .await?;
    Ok(Outcome::Applied)
}
