//! What stands in paths. Another form is answered like an unknown thing (HTTP-2).

use actix_web::web;
use serde::Deserialize;
use uuid::Uuid;

use super::problem::Problem;
use super::validation::{ID, SKU};

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Sku(String);

impl TryFrom<String> for Sku {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if SKU.is_match(&text) { Ok(Self(text)) } else { Err("not a sku") }
    }
}

impl std::ops::Deref for Sku {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// An id in its one spelling; `Uuid` would read upper case, braces and no hyphens too.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(pub Uuid);

impl TryFrom<String> for Id {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_id(&text).map(Self).ok_or("not an id")
    }
}

pub fn parse_id(text: &str) -> Option<Uuid> {
    if ID.is_match(text) { text.parse().ok() } else { None }
}

/// How `web::Path` refuses.
pub fn config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, _| Problem::NotFound.into())
}
