//! Documents: strict JSON into a struct of serde's, then the rules of its `Validate`.

use std::fmt;

use rocket::Request;
use rocket::data::{self, Data, FromData};
use rocket::response::{self, Responder};
use serde::Serialize;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::platform::problem::judged;
use crate::platform::{Problem, Result, body, problem};

/// A request's document that has passed every check (HTTP-5, HTTP-6, JSON-1 to JSON-8), or one that is shown.
pub struct Json<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned + Validate> FromData<'r> for Json<T> {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        judged(request, document(request, data, "application/json").await.map(Self))
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        rocket::serde::json::Json(self.0).respond_to(request)
    }
}

/// Reads and checks the body of a request.
pub async fn document<T>(request: &Request<'_>, data: Data<'_>, media_type: &str) -> Result<T>
where
    T: DeserializeOwned + Validate,
{
    body::check_media_type(request, media_type)?;
    Ok(checked(&body::read(request, data).await?)?)
}

/// Reads a document and checks its values.
pub fn checked<T: DeserializeOwned + Validate>(document: &[u8]) -> Result<T, Rejection> {
    validated(shaped(strict(document)?)?)
}

/// The syntax alone: UTF-8, the grammar to the last byte, an object at the top, no name twice in any.
pub fn strict(document: &[u8]) -> Result<Value, Rejection> {
    match serde_json::from_slice(document) {
        Ok(Strict(object @ Value::Object(_))) => Ok(object),
        _ => Err(Rejection::Malformed),
    }
}

/// The members of a struct; the first that is unknown, missing, null or of another type ends the reading.
pub fn shaped<T: DeserializeOwned>(value: Value) -> Result<T, Rejection> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut pointer = error.path().iter().map(|segment| escaped(&segment.to_string())).collect::<String>();
        // The kind of a fault is in the sentence alone, which is serde's own.
        let told = error.inner().to_string();
        let code = if let Some(name) = told.strip_prefix("missing field `") {
            pointer += &escaped(name.trim_end_matches('`'));
            "required"
        } else if told.starts_with("unknown field") {
            "unknown"
        } else if told.starts_with("invalid type: null") {
            "null_not_allowed"
        } else {
            "type"
        };
        Rejection::Invalid(vec![FieldError::new(pointer, code)])
    })
}

/// Every value that is wrong (PROBLEM-2).
pub fn validated<T: Validate>(value: T) -> Result<T, Rejection> {
    value.validate().map_err(|errors| Rejection::Invalid(faults(&errors)))?;
    Ok(value)
}

/// One entry of `errors` (PROBLEM-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub pointer: String,
    pub code: String,
}

/// Why a document is refused.
#[derive(Debug)]
pub enum Rejection {
    Malformed,
    Invalid(Vec<FieldError>),
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Malformed => problem::MALFORMED_JSON.into(),
            Rejection::Invalid(errors) => Self::from(problem::VALIDATION_FAILED).with("errors", errors),
        }
    }
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: &str) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned() }
    }
}

/// A segment of a pointer (RFC 6901).
fn escaped(segment: &str) -> String {
    format!("/{}", segment.replace('~', "~0").replace('/', "~1"))
}

/// For a member that may be absent but not null.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Validator's errors as pointers. A rule over several members says in its message where its fault is.
fn faults(errors: &ValidationErrors) -> Vec<FieldError> {
    let mut found = Vec::new();
    for (name, kind) in errors.errors() {
        let at = escaped(name);
        match kind {
            ValidationErrorsKind::Field(errors) => found.extend(errors.first().map(|error| {
                let pointer = error.message.as_ref().map_or_else(|| at.clone(), ToString::to_string);
                let shortest = error.params.get("min").and_then(Value::as_u64);
                let length = error.params.get("value").and_then(Value::as_str).map_or(0, |text| text.chars().count());
                let code = match error.code.as_ref() {
                    "length" if shortest.is_some_and(|shortest| (length as u64) < shortest) => "too_short",
                    "length" => "too_long",
                    "range" => "out_of_range",
                    "regex" => "format",
                    code => code,
                };
                FieldError::new(pointer, code)
            })),
            ValidationErrorsKind::Struct(inner) => found.extend(
                faults(inner).into_iter().map(|fault| FieldError { pointer: at.clone() + &fault.pointer, ..fault }),
            ),
            ValidationErrorsKind::List(_) => {}
        }
    }
    found
}

/// A value that holds no name twice, of which `Value` itself would keep the last, and no text that PostgreSQL could not.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        if value.contains('\0') { Err(E::custom("U+0000")) } else { Ok(value.into()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(Strict(element)) = access.next_element()? {
            elements.push(element);
        }
        Ok(elements.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Strict(value))) = access.next_entry::<String, _>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a name stands twice"));
            }
        }
        Ok(members.into())
    }
}
