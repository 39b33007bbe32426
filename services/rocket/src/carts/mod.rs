//! The open cart of each user.

pub mod model;
mod routes;

use rocket::fairing::AdHoc;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("carts", |rocket| async {
        rocket.mount(
            "/",
            routes![
                routes::get_cart,
                routes::put_cart_item,
                routes::delete_cart_item,
                routes::put_cart_coupon,
                routes::delete_cart_coupon,
            ],
        )
    })
}
