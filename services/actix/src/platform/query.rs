//! Strict queries (QUERY-1): what `web::Query` lets pass is refused first, then serde and validator judge the values.

use std::collections::HashSet;
use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::json::shape_code;
use super::problem::{ParameterFault, Problem, Result};
use super::validation;

/// A query and its pairs as received after decoding.
pub struct Query<T> {
    pub params: T,
    pub pairs: Pairs,
}

pub struct Pairs(Vec<(String, String)>);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::read(request.query_string()))
    }
}

impl<T: DeserializeOwned + Validate> Query<T> {
    pub fn read(query: &str) -> Result<Self> {
        let pairs = Pairs::read(query)?;
        let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        let params: T = serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let text = error.inner().to_string();
            match shape_code(&text) {
                ("required", Some(name)) => wrong(name.to_owned(), "required"),
                ("unknown", _) => wrong(error.path().to_string(), "unknown"),
                _ => wrong(error.path().to_string(), "format"),
            }
        })?;
        params.validate().map_err(|errors| {
            let faults = validation::faults(&errors).into_iter();
            Problem::InvalidQuery(
                faults
                    .map(|fault| ParameterFault { parameter: fault.pointer[1..].to_owned(), code: fault.code })
                    .collect(),
            )
        })?;
        Ok(Self { params, pairs })
    }
}

impl Pairs {
    fn read(query: &str) -> Result<Self> {
        let mut names = HashSet::new();
        let mut pairs = vec![];
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = decode(name) else {
                return Err(wrong(
                    String::from_utf8_lossy(&percent_decode_str(name).collect::<Vec<_>>()).into(),
                    "unknown",
                ));
            };
            let Some(value) = decode(value) else { return Err(wrong(name, "format")) };
            if !names.insert(name.clone()) {
                return Err(wrong(name, "duplicate"));
            }
            if value.is_empty() && (name != "q" || !pair.contains('=')) {
                return Err(wrong(name, "too_short"));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter, "" if it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value)
    }

    /// The same query with another cursor.
    pub fn with_cursor(&self, cursor: &str) -> String {
        let others = self.0.iter().filter(|(name, _)| name != "cursor");
        form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("cursor", cursor).finish()
    }
}

fn wrong(parameter: String, code: &'static str) -> Problem {
    Problem::InvalidQuery(vec![ParameterFault { parameter, code: code.into() }])
}

/// `None` where an escape is broken, or what it says is no UTF-8 or U+0000.
fn decode(text: &str) -> Option<String> {
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit)) {
        return None;
    }
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8().ok()?;
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}
