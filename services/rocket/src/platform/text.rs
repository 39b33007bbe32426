//! The forms of skus, ids, codes and moments.

use rocket::request::FromParam;
use serde::de::{self, Deserialize, Deserializer};
use time::PrimitiveDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use uuid::Uuid;
use validator::ValidationError;

const TIMESTAMP: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

// JSON-8 in answers: `#[serde(with = "timestamp")]`.
time::serde::format_description!(
    pub timestamp,
    PrimitiveDateTime,
    "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"
);

/// JSON-8 in requests, where null is absent.
pub fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PrimitiveDateTime>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    // `[year]` takes a sign.
    let parsed = PrimitiveDateTime::parse(&text, TIMESTAMP).ok().filter(|_| text.starts_with('2'));
    parsed.map(Some).ok_or_else(|| de::Error::custom("no timestamp"))
}

pub fn is_sku(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    matches!(text.len(), 1..=32) && text.bytes().all(allowed) && !text.starts_with('-')
}

pub fn is_id(text: &str) -> bool {
    // Uuid's parser takes braces, upper case and missing hyphens too.
    text.parse::<Uuid>().is_ok_and(|id| id.to_string() == text)
}

/// A coupon's code as it is sent: its letters may be small (CART-7).
pub fn coupon_code(text: &str) -> Result<(), ValidationError> {
    let fits = matches!(text.len(), 3..=20) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if fits { Ok(()) } else { Err(ValidationError::new("format")) }
}

/// A `{sku}` in a path.
pub struct Sku<'r>(pub &'r str);

impl<'r> FromParam<'r> for Sku<'r> {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        if is_sku(text) { Ok(Self(text)) } else { Err(()) }
    }
}

/// An `{id}` in a path.
pub struct Id(pub Uuid);

impl FromParam<'_> for Id {
    type Error = ();

    fn from_param(text: &str) -> Result<Self, ()> {
        text.parse().ok().filter(|_| is_id(text)).map(Self).ok_or(())
    }
}
