//! From a cart to an order, once.

mod handlers;
mod idempotency;
mod place;

use actix_web::web::{self, ServiceConfig};

pub fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/checkout").post(handlers::checkout));
}
