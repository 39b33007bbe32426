//! The forms of skus, ids, codes and moments; hashes and their texts.

use std::fmt::Write;

use hmac::{Hmac, KeyInit};
use rocket::request::FromParam;
use serde::de::{self, Deserialize, Deserializer};
use sha2::Sha256;
use time::PrimitiveDateTime;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use uuid::Uuid;

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

/// Makes a static of a pattern: `pattern!(NAME, r"\A…\z")`.
macro_rules! pattern {
    ($visibility:vis $name:ident, $text:literal) => {
        $visibility static $name: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($text).expect("a pattern"));
    };
}
pub(crate) use pattern;

pattern!(pub SKU, r"\A[A-Z0-9][A-Z0-9-]{0,31}\z");
// A coupon's code as it is sent: its letters may be small (CART-7).
pattern!(pub COUPON_CODE, r"\A[A-Za-z0-9]{3,20}\z");

pub fn is_id(text: &str) -> bool {
    // Uuid's parser takes braces, upper case and missing hyphens too.
    text.parse::<Uuid>().is_ok_and(|id| id.to_string() == text)
}

/// A `{sku}` in a path.
pub struct Sku<'r>(pub &'r str);

impl<'r> FromParam<'r> for Sku<'r> {
    type Error = ();

    fn from_param(text: &'r str) -> Result<Self, ()> {
        SKU.is_match(text).then_some(Self(text)).ok_or(())
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

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// HMAC-SHA256 takes keys of any length.
pub fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).unwrap_or_else(|error| panic!("{error}"))
}
