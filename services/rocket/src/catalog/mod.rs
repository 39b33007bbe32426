//! Reading products.

mod list;
pub mod model;
mod routes;
pub mod rules;

use rocket::fairing::AdHoc;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("catalog", |rocket| async {
        rocket.mount("/", routes![routes::list_products, routes::get_product])
    })
}
