//! Documents: strict JSON into a struct of serde's, then the rules of its `Validate`.

use rocket::Request;
use rocket::data::{self, Data, FromData};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::Value;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use crate::platform::body;
use crate::platform::problem::{MALFORMED_JSON, Problem, VALIDATION_FAILED};
pub use crate::platform::strict::{shaped, strict};

/// A request's document that has passed every check (HTTP-5, HTTP-6, JSON-1 to JSON-8).
pub struct Json<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned + Validate> FromData<'r> for Json<T> {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        match document(request, data, "application/json").await {
            Ok(value) => data::Outcome::Success(Self(value)),
            Err(problem) => problem.refuse(request),
        }
    }
}

/// Reads and checks the body of a request.
pub async fn document<'r, T>(request: &'r Request<'_>, data: Data<'r>, media_type: &str) -> Result<T, Problem>
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
            Rejection::Malformed => MALFORMED_JSON.into(),
            Rejection::Invalid(errors) => Self::from(VALIDATION_FAILED).with("errors", errors),
        }
    }
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: &str) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned() }
    }
}

/// A segment of a pointer (RFC 6901).
pub fn escaped(segment: &str) -> String {
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
            ValidationErrorsKind::Field(errors) => found.extend(errors.iter().map(|error| {
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
