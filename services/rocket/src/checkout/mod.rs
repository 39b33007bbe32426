//! From a cart to an order, once.

mod key;
mod place;
mod routes;

use rocket::fairing::AdHoc;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("checkout", |rocket| async { rocket.mount("/", routes![routes::checkout]) })
}
