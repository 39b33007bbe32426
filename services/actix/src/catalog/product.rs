use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_LOCATION, LOCATION};
use serde::Serialize;
use uuid::Uuid;

use crate::platform::conditions::etag;
use crate::platform::{RawObject, Timestamp};

/// A row of the table and the contract's resource, which have the same members.
#[derive(Debug, Serialize, sqlx::FromRow)]
pub struct Product {
    pub id: Uuid,
    pub sku: String,
    pub name: String,
    pub description: Option<String>,
    pub category: String,
    pub price: i64,
    pub tax_rate_bp: i32,
    pub attributes: RawObject,
    pub stock: i32,
    pub active: bool,
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// `query_as!` with the columns of a product, by name: a prepared `SELECT *` fails from the moment that a newer release
/// gives the table another column.
macro_rules! product_query {
    ($before:literal + columns $(+ $after:literal)? $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            $crate::catalog::Product,
            $before
                + "id, sku, name, description, category, price, tax_rate_bp, attributes, "
                + "stock, active, version, created_at, updated_at"
                $(+ $after)?,
            $($argument),*
        )
    };
}
pub(crate) use product_query;

impl Product {
    /// To whoever reads the catalog.
    pub fn shown(&self) -> HttpResponse {
        HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).insert_header(etag(self.version)).json(self)
    }

    /// To the administrator who has just made it.
    pub fn created(&self) -> HttpResponse {
        HttpResponse::Created()
            .insert_header((LOCATION, format!("/products/{}", self.sku)))
            .insert_header(etag(self.version))
            .json(self)
    }

    /// To the administrator who has just changed it.
    pub fn changed(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_LOCATION, format!("/products/{}", self.sku)))
            .insert_header(etag(self.version))
            .json(self)
    }
}
