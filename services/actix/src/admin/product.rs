//! What an administrator may say of a product.

use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;
use validator::{Validate, ValidationError};

use crate::catalog::{Attributes, AttributesPatch, Product, product_query};
use crate::platform::validation::{self, CATEGORY, SKU, not_null};
use crate::platform::{Problem, RawObject, Result};

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct CreateProduct {
    #[validate(regex(path = *SKU))]
    pub sku: String,
    #[validate(length(min = 1, max = 120))]
    pub name: String,
    #[validate(length(max = 4000))]
    pub description: Option<String>,
    #[validate(regex(path = *CATEGORY))]
    pub category: String,
    #[validate(range(min = 1, max = 5_000_000))]
    pub price: i64,
    #[validate(range(min = 0, max = 5000))]
    pub tax_rate_bp: i32,
    #[serde(default)]
    #[validate(nested)]
    pub attributes: Attributes,
    #[serde(default)]
    #[validate(range(min = 0, max = 1_000_000))]
    pub stock: i32,
}

/// A merge patch: absent leaves, and null removes where there may be nothing.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PatchProduct {
    #[serde(default, deserialize_with = "not_null")]
    #[validate(length(min = 1, max = 120))]
    name: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    #[validate(length(max = 4000))]
    description: Option<Option<String>>,
    #[serde(default, deserialize_with = "not_null")]
    #[validate(regex(path = *CATEGORY))]
    category: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    #[validate(range(min = 1, max = 5_000_000))]
    price: Option<i64>,
    #[serde(default, deserialize_with = "not_null")]
    #[validate(range(min = 0, max = 5000))]
    tax_rate_bp: Option<i32>,
    #[serde(default, deserialize_with = "not_null")]
    #[validate(nested)]
    attributes: Option<AttributesPatch>,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct AdjustStock {
    #[validate(range(min = -100_000, max = 100_000), custom(function = "not_zero"))]
    pub delta: i32,
}

fn not_zero(delta: i32) -> Result<(), ValidationError> {
    if delta == 0 { Err(ValidationError::new("out_of_range")) } else { Ok(()) }
}

/// What a patch makes of a product, as far as it must be judged again.
#[derive(Validate)]
struct Merged {
    #[validate(nested)]
    attributes: Attributes,
}

impl PatchProduct {
    /// The product as the patch makes it; what could not be judged without the row is judged here.
    pub fn merge(self, product: Product) -> Result<Product> {
        let mut merged = Product {
            name: self.name.unwrap_or(product.name),
            description: self.description.unwrap_or(product.description),
            category: self.category.unwrap_or(product.category),
            price: self.price.unwrap_or(product.price),
            tax_rate_bp: self.tax_rate_bp.unwrap_or(product.tax_rate_bp),
            ..product
        };
        if let Some(patch) = self.attributes {
            let mut attributes: Value = serde_json::from_str(merged.attributes.get())?;
            json_patch::merge(&mut attributes, &Value::Object(patch.0));
            let attributes: Attributes = serde_json::from_value(attributes)?;
            let judged = Merged { attributes };
            judged.validate().map_err(|errors| Problem::ValidationFailed(validation::faults(&errors)))?;
            merged.attributes = RawObject::of(&judged.attributes)?;
        }
        Ok(merged)
    }
}

/// The active product, locked.
pub async fn lock(connection: &mut PgConnection, sku: &str) -> Result<Product> {
    product_query!("SELECT " + columns + " FROM products WHERE sku = $1 AND active FOR NO KEY UPDATE", sku)
        .fetch_optional(connection)
        .await?
        .ok_or(Problem::NotFound)
}
