//! Orders after their checkout: reading, cancelling, moving on.

mod list;
pub mod model;
mod routes;

use rocket::fairing::AdHoc;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("orders", |rocket| async {
        rocket
            .mount("/", routes![routes::list_orders, routes::get_order, routes::cancel_order, routes::transition_order])
    })
}
