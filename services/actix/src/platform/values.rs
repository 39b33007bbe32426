//! Column types that read and write themselves as the contract wants.

use chrono::{DateTime, Datelike, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use sqlx::types::Json;

/// A moment, in JSON `YYYY-MM-DDThh:mm:ss.mmmZ` both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type, Deserialize)]
#[sqlx(transparent)]
#[serde(try_from = "String")]
pub struct Timestamp(pub DateTime<Utc>);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl TryFrom<String> for Timestamp {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "not a timestamp";
        let moment = NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.3fZ").map_err(|_| wrong)?.and_utc();
        // chrono reads signs, short fields and second 60 too; the one form is the one it writes.
        let one_form = moment.to_rfc3339_opts(SecondsFormat::Millis, true) == text && !text[17..].starts_with("60");
        if one_form && (2000..3000).contains(&moment.year()) { Ok(Self(moment)) } else { Err(wrong) }
    }
}

/// A JSON object as PostgreSQL spells it: what is only sent on need not be parsed.
#[derive(Debug, Clone, sqlx::Type, Serialize)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct RawObject(Json<Box<RawValue>>);

impl RawObject {
    pub fn of(value: &impl Serialize) -> serde_json::Result<Self> {
        serde_json::value::to_raw_value(value).map(|raw| Self(Json(raw)))
    }

    pub fn get(&self) -> &str {
        self.0.get()
    }
}
