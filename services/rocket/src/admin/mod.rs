//! The back office: products, their stock, and coupons.

mod coupons;
mod merge;
mod products;

use rocket::Route;

pub fn routes() -> Vec<Route> {
    routes![
        products::create_product,
        products::patch_product,
        products::archive_product,
        products::adjust_stock,
        coupons::create_coupon,
    ]
}
