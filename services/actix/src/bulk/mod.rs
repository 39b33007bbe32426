//! Many products at once, as NDJSON in and out, with memory that does not grow with the number of rows.

mod export;
mod handlers;
mod import;

use actix_web::web::{self, ServiceConfig};

pub use export::ExportSlots;

const MEDIA_TYPE: &str = "application/x-ndjson";

pub fn configure(config: &mut ServiceConfig) {
    config.service(web::resource("/admin/products/import").post(handlers::import_products)).service(
        web::resource("/admin/products/export").get(handlers::export_products).head(handlers::export_products),
    );
}
