//! Strict queries (QUERY-1 to QUERY-3).

use std::collections::HashSet;

use rocket::Request;
use rocket::form::error::ErrorKind;
use rocket::form::{self, Form, FromForm};
use rocket::http::RawStr;
use rocket::request::{FromRequest, Outcome};
use serde::Serialize;

use crate::platform::problem::{INVALID_QUERY, Problem};

/// The query of a form that knows its parameters. Rocket's own `Strict` has no defaults, takes `limit[]` for `limit`,
/// replaces what is no UTF-8 and lets `_method` pass; so the pairs are judged here, and the values by the form.
pub struct Query<T>(pub T);

pub trait Parameters {
    const NAMES: &'static [&'static str];
}

#[derive(Serialize)]
struct ParameterError {
    parameter: String,
    code: &'static str,
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r> + Parameters> FromRequest<'r> for Query<T> {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        match parse(request) {
            Ok(form) => Outcome::Success(Self(form)),
            Err(errors) => Problem::from(INVALID_QUERY).with("errors", errors).refuse(request),
        }
    }
}

fn parse<'r, T: FromForm<'r> + Parameters>(request: &'r Request<'_>) -> Result<T, Vec<ParameterError>> {
    let mut errors = Vec::new();
    let mut seen = HashSet::new();
    for pair in pairs(request) {
        let (name, value) = pair.split_at_byte(b'=');
        let parameter = name.url_decode_lossy().into_owned();
        let code = if !T::NAMES.contains(&parameter.as_str()) {
            "unknown"
        } else if !seen.insert(parameter.clone()) {
            "duplicate"
        } else if name.len() == pair.len() {
            "too_short" // there is no `=`, which is not the same as an empty value
        } else if is_text(value) {
            continue;
        } else {
            "format"
        };
        errors.push(ParameterError { parameter, code });
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Form::<T>::parse_iter(request.query_fields()).map_err(|errors| errors.into_iter().map(described).collect())
}

/// The pairs as they were sent; empty ones are skipped.
pub fn pairs<'r>(request: &'r Request<'_>) -> Vec<&'r RawStr> {
    let query = request.uri().query();
    query.map(|query| query.raw_segments().filter(|pair| !pair.is_empty()).collect()).unwrap_or_default()
}

/// Whether a value decodes to UTF-8 without U+0000, and each of its `%` begins an escape.
fn is_text(value: &RawStr) -> bool {
    let escapes = value.as_str().split('%').skip(1);
    let whole =
        escapes.into_iter().all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|each| each.is_ascii_hexdigit()));
    whole && value.url_decode().is_ok_and(|text| !text.contains('\0'))
}

fn described(error: form::Error<'_>) -> ParameterError {
    let code = match &error.kind {
        ErrorKind::Missing => "required",
        ErrorKind::InvalidLength { min: Some(_), .. } => "too_short",
        ErrorKind::InvalidLength { .. } => "too_long",
        ErrorKind::OutOfRange { .. } => "out_of_range",
        _ => "format",
    };
    ParameterError { parameter: error.name.map(|name| name.to_string()).unwrap_or_default(), code }
}

/// What the form of a value is not.
pub fn format_error<'v>() -> form::Errors<'v> {
    form::Error::validation("format").into()
}
