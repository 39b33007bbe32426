//! Orders after their checkout: reading, cancelling, moving on.

mod handlers;
mod list;
mod order;
mod transition;

use actix_web::web::{self, ServiceConfig};

pub(crate) use order::order_query;
pub use order::{Line, Order, OrderRow, PaymentStatus, Status};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/orders").get(handlers::list_orders).head(handlers::list_orders))
        .service(web::resource("/orders/{id}").get(handlers::get_order).head(handlers::get_order))
        .service(web::resource("/orders/{id}/cancel").post(handlers::cancel_order))
        .service(web::resource("/admin/orders/{id}/transition").post(handlers::transition_order));
}
