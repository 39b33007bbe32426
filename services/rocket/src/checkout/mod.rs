//! From a cart to an order, once.

mod key;
mod place;
mod routes;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![routes::checkout]
}
