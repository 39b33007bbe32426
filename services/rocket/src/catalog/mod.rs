//! Reading products.

mod list;
pub mod model;
pub mod rules;
mod routes;

use rocket::{Route, routes};

pub fn routes() -> Vec<Route> {
    routes![routes::list_products, routes::get_product]
}
