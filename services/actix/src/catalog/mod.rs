//! Products: the resource, what may be said of one, and the two reads.

mod attributes;
mod handlers;
mod list;
mod product;

use actix_web::web::{self, ServiceConfig};

pub use attributes::{Attributes, AttributesPatch};
pub use product::Product;
pub(crate) use product::product_query;

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/products").get(handlers::list_products).head(handlers::list_products))
        .service(web::resource("/products/{sku}").get(handlers::get_product).head(handlers::get_product));
}
