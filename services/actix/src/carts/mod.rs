//! The open cart of each user.

mod cart;
mod handlers;

use actix_web::web::{self, ServiceConfig};

pub use cart::{Cart, Line};

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/cart").get(handlers::get_cart).head(handlers::get_cart))
        .service(web::resource("/cart/items/{sku}").put(handlers::put_cart_item).delete(handlers::delete_cart_item))
        .service(web::resource("/cart/coupon").put(handlers::put_cart_coupon).delete(handlers::delete_cart_coupon));
}
