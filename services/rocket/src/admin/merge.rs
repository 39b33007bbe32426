//! Merge patches of products (RFC 7396).

use diesel::prelude::*;
use rocket::Request;
use rocket::data::{self, Data, FromData};
use serde::{Deserialize, Deserializer};
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};
use validator::Validate;

use crate::catalog::model::{JsonText, Product};
use crate::catalog::rules::{Attributes, AttributesPatch, CATEGORY};
use crate::platform::problem::{INTERNAL_ERROR, judged};
use crate::platform::{Problem, Result, document, not_null, validated};
use crate::schema::products;

const MEDIA_TYPE: &str = "application/merge-patch+json";

/// What patchProduct may change. An absent member leaves, and only a description may be null.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProductPatch {
    #[serde(default, deserialize_with = "not_null")]
    #[validate(length(min = 1, max = 120))]
    name: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
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

fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[rocket::async_trait]
impl<'r> FromData<'r> for ProductPatch {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let patch = document(request, data, MEDIA_TYPE).await.map_err(|problem| {
            if problem.kind.status == 415 { problem.header("Accept-Patch", MEDIA_TYPE) } else { problem }
        });
        judged(request, patch)
    }
}

/// What the row becomes, in one UPDATE. What is not in the patch is written as it was, and the trigger sees no change.
#[derive(AsChangeset)]
#[diesel(table_name = products, treat_none_as_null = true)]
pub struct Merged {
    name: String,
    description: Option<String>,
    category: String,
    price: i64,
    tax_rate_bp: i32,
    attributes: JsonText,
}

#[derive(Validate)]
struct MergedAttributes {
    #[validate(nested)]
    attributes: Attributes,
}

impl ProductPatch {
    /// Applies the patch. Only now the attributes can be counted.
    pub fn merge(self, row: Product) -> Result<Merged> {
        let attributes = match self.attributes {
            None => row.attributes,
            Some(AttributesPatch(patch)) => {
                let mut attributes = serde_json::from_str(row.attributes.0.get()).map_err(|_| INTERNAL_ERROR)?;
                merge(&mut attributes, patch);
                let merged = validated(MergedAttributes { attributes: Attributes(attributes) })?.attributes.0;
                JsonText(to_raw_value(&merged).map_err(|_| INTERNAL_ERROR)?)
            }
        };
        Ok(Merged {
            name: self.name.unwrap_or(row.name),
            description: self.description.unwrap_or(row.description),
            category: self.category.unwrap_or(row.category),
            price: self.price.unwrap_or(row.price),
            tax_rate_bp: self.tax_rate_bp.unwrap_or(row.tax_rate_bp),
            attributes,
        })
    }
}

pub fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.remove(&key);
            }
            Value::Object(inner) => {
                let mut merged = match target.remove(&key) {
                    Some(Value::Object(members)) => members,
                    _ => Map::new(), // anything but an object is replaced
                };
                merge(&mut merged, inner);
                target.insert(key, Value::Object(merged));
            }
            value => {
                target.insert(key, value);
            }
        }
    }
}
