//! What operators and tools call.

mod handlers;

use actix_web::web::{self, ServiceConfig};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/healthz").get(handlers::liveness).head(handlers::liveness))
        .service(web::resource("/readyz").get(handlers::readiness).head(handlers::readiness))
        .service(web::resource("/metrics").get(handlers::metrics).head(handlers::metrics))
        .service(web::resource("/openapi.yaml").get(handlers::contract).head(handlers::contract));
}
