//! A payment's way into an order.

use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use validator::Validate;

use crate::orders::{PaymentStatus, Status};
use crate::platform::path::Id;
use crate::platform::{Problem, Result};

#[derive(Deserialize, Validate)]
pub struct Event {
    #[validate(length(min = 1, max = 100))]
    pub r#type: String,
    #[serde(default)]
    data: Value,
}

#[derive(Deserialize, Validate)]
struct Payment {
    order_id: Id,
    #[validate(length(min = 1, max = 200))]
    payment_id: String,
    #[validate(range(min = 0))]
    amount: i64,
    currency: String,
}

impl Event {
    /// What the event wants a payment to be; `None` is an event of which nothing is known.
    pub fn reached(&self) -> Option<PaymentStatus> {
        match self.r#type.as_str() {
            "payment.failed" => Some(PaymentStatus::Failed),
            "payment.succeeded" => Some(PaymentStatus::Succeeded),
            "payment.refunded" => Some(PaymentStatus::Refunded),
            _ => None,
        }
    }

    fn payment(&self) -> Option<Payment> {
        // Of an object alone: serde would read an array too.
        let payment = Payment::deserialize(self.data.as_object()?).ok()?;
        payment.validate().ok().map(|()| payment)
    }
}

/// Whether the event changed its order.
pub async fn apply(connection: &mut PgConnection, event: &Event, reached: PaymentStatus) -> Result<bool> {
    let payment = event.payment().ok_or(Problem::WebhookRejected)?;
    let order = sqlx::query!(
        "SELECT status, payment_status, currency, total FROM orders WHERE id = $1 FOR NO KEY UPDATE",
        payment.order_id.0,
    )
    .fetch_optional(&mut *connection)
    .await?
    .ok_or(Problem::WebhookRejected)?;
    if payment.amount != order.total || payment.currency != order.currency {
        return Err(Problem::WebhookRejected);
    }
    if reached <= order.payment_status {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE orders SET status = $2, payment_status = $3 WHERE id = $1",
        payment.order_id.0,
        outcome(order.status, reached) as _,
        reached as _,
    )
    .execute(connection)
    .await?;
    Ok(true)
}

/// The same for any order of the same events: a failure cancels nothing, and who has shipped stays so when the money comes.
fn outcome(status: Status, reached: PaymentStatus) -> Status {
    match (reached, status) {
        (PaymentStatus::Refunded, _) => Status::Refunded,
        (PaymentStatus::Succeeded, Status::Pending) => Status::Paid,
        _ => status,
    }
}
