//! What happens to stock and orders, as server-sent events.

mod handlers;
pub mod hub;

use actix_web::web::{self, ServiceConfig};

pub fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/events").get(handlers::stream_events).head(handlers::stream_events));
}
