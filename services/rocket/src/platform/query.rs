//! Strict queries (QUERY-1 to QUERY-3).

use std::collections::HashSet;

use regex::Regex;
use rocket::Request;
use rocket::form::validate::with;
use rocket::form::{self, Form, FromForm};
use rocket::http::RawStr;
use rocket::request::{FromRequest, Outcome};
use serde_json::json;

use crate::platform::problem::{INVALID_QUERY, judged};
use crate::platform::{Problem, Result};

/// The query of a form that knows its parameters. Rocket's own `Strict` has no defaults, takes `limit[]` for `limit`,
/// replaces what is no UTF-8 and lets `_method` pass; so the pairs are judged here, and the values by the form.
pub struct Query<T>(pub T);

pub trait Parameters {
    const NAMES: &'static [&'static str];
}

#[rocket::async_trait]
impl<'r, T: FromForm<'r> + Parameters> FromRequest<'r> for Query<T> {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        judged(request, Self::of(request))
    }
}

impl<'r, T: FromForm<'r> + Parameters> Query<T> {
    pub fn of(request: &'r Request<'_>) -> Result<Self> {
        let mut errors = Vec::new();
        let mut seen = HashSet::new();
        for pair in pairs(request) {
            let (name, value) = pair.split_at_byte(b'=');
            let parameter = name.url_decode_lossy();
            let code = if !T::NAMES.contains(&&*parameter) {
                "unknown"
            } else if !seen.insert(parameter.clone()) {
                "duplicate"
            } else if value.is_empty() && (parameter != "q" || name.len() == pair.len()) {
                "too_short" // an empty text is none
            } else if !is_text(value) {
                "format"
            } else {
                continue;
            };
            errors.push(json!({"parameter": parameter, "code": code}));
        }
        if errors.is_empty() {
            match Form::parse_iter(request.query_fields()) {
                Ok(form) => return Ok(Self(form)),
                Err(faults) => errors.extend(
                    faults
                        .iter()
                        .filter_map(|fault| Some(json!({"parameter": fault.name.as_ref()?, "code": "format"}))),
                ),
            }
        }
        Err(Problem::from(INVALID_QUERY).with("errors", errors))
    }
}

/// The pairs as they were sent; empty ones are skipped.
pub fn pairs<'r>(request: &'r Request<'_>) -> impl Iterator<Item = &'r RawStr> {
    let pairs = request.uri().query().map(|query| query.raw_segments());
    pairs.into_iter().flatten().filter(|pair| !pair.is_empty())
}

/// Whether a value decodes to UTF-8 without U+0000, and each of its `%` begins an escape.
fn is_text(value: &RawStr) -> bool {
    let mut escapes = value.as_str().split('%').skip(1);
    let whole = escapes.all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|each| each.is_ascii_hexdigit()));
    whole && value.url_decode().is_ok_and(|text| !text.contains('\0'))
}

/// For `#[field(validate = matches(&PATTERN))]`.
pub fn matches<'v>(value: &str, pattern: &Regex) -> form::Result<'v, ()> {
    with(value, |text| pattern.is_match(text), "it does not have its form")
}
