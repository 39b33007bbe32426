//! Orders after their checkout: reading, cancelling, moving on.

mod list;
pub mod model;
mod routes;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![routes::list_orders, routes::get_order, routes::cancel_order, routes::transition_order]
}
