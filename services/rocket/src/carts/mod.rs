//! The open cart of each user.

pub mod model;
mod routes;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![
        routes::get_cart,
        routes::put_cart_item,
        routes::delete_cart_item,
        routes::put_cart_coupon,
        routes::delete_cart_coupon,
    ]
}
