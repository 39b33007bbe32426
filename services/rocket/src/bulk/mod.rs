//! Many products at once, as NDJSON in and out.

mod export;
mod import;
mod lines;
mod upload;

use rocket::fairing::AdHoc;

const MEDIA_TYPE: &str = "application/x-ndjson";

/// Exports that nobody reads leave half of the pool to others.
pub fn stage(pool_size: usize) -> AdHoc {
    AdHoc::on_ignite("bulk", move |rocket| async move {
        rocket
            .manage(export::Slots::new(pool_size / 2))
            .mount("/", routes![import::import_products, export::export_products])
    })
}
