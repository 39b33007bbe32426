//! The back office: products, their stock, and coupons.

mod coupons;
mod merge;
#[cfg(test)]
mod merge_test;
mod products;

use rocket::fairing::AdHoc;

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("admin", |rocket| async {
        rocket.mount(
            "/",
            routes![
                products::create_product,
                products::patch_product,
                products::archive_product,
                products::adjust_stock,
                coupons::create_coupon,
            ],
        )
    })
}
