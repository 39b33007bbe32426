//! What the payment provider calls.

mod handlers;
mod payment;
mod signature;

use actix_web::web::{self, ServiceConfig};

pub use signature::Key;

pub fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/webhooks/payments").post(handlers::payment_webhook));
}
