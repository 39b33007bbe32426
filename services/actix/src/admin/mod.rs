//! The back office: products, stock, coupons.

mod coupon;
mod handlers;
mod product;

use actix_web::web::{self, ServiceConfig};

pub fn configure(config: &mut ServiceConfig) {
    let product = web::resource("/admin/products/{sku}");
    config
        .service(web::resource("/admin/products").post(handlers::create_product))
        .service(product.patch(handlers::patch_product).delete(handlers::archive_product))
        .service(web::resource("/admin/products/{sku}/stock").post(handlers::adjust_stock))
        .service(web::resource("/admin/coupons").post(handlers::create_coupon));
}
