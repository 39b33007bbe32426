//! Reading products.

mod list;
pub mod model;
mod routes;
pub mod rules;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![routes::list_products, routes::get_product]
}
