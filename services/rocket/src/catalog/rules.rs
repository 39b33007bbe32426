//! What may be said of a product, by createProduct, patchProduct and an import.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::platform::pattern;

const MOST_KEYS: usize = 20; // in each object
const DEEPEST: usize = 3;
const LONGEST_TEXT: usize = 1000;
const MOST_CHARACTERS: usize = 20_000; // names and texts of all levels
const LARGEST_INTEGER: u64 = (1 << 53) - 1;

pattern!(pub CATEGORY, r"\A[a-z0-9-]{1,40}\z");
pattern!(KEY, r"\A[a-z][a-z0-9_]{0,31}\z");

/// Attributes as they are stored.
#[derive(Debug, Default, Deserialize)]
pub struct Attributes(pub Map<String, Value>);

impl From<Attributes> for Value {
    fn from(attributes: Attributes) -> Self {
        Self::Object(attributes.0)
    }
}

/// Attributes of a merge patch: null takes away, and what is counted is counted after the merge.
#[derive(Debug, Deserialize)]
pub struct AttributesPatch(pub Map<String, Value>);

impl Validate for Attributes {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = object(&self.0, 1, false);
        if characters(&self.0) > MOST_CHARACTERS && self.0.len() <= MOST_KEYS {
            add(&mut errors, "", itself("too_long"));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Validate for AttributesPatch {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let errors = object(&self.0, 1, true);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn object(members: &Map<String, Value>, depth: usize, patch: bool) -> ValidationErrors {
    let mut errors = ValidationErrors::new();
    if !patch && members.len() > MOST_KEYS {
        add(&mut errors, "", itself("too_long"));
    }
    for (key, value) in members {
        let code = match value {
            Value::Null if !patch => "null_not_allowed",
            Value::Array(_) => "type",
            Value::Number(number) if number.is_f64() => "type",
            Value::Object(_) if depth == DEEPEST => "format",
            _ if !KEY.is_match(key) => "format",
            Value::String(text) if text.chars().count() > LONGEST_TEXT => "too_long",
            Value::Number(number) if number.as_i64().is_none_or(|n| n.unsigned_abs() > LARGEST_INTEGER) => {
                "out_of_range"
            }
            Value::Object(inner) => {
                let inner = object(inner, depth + 1, patch);
                if !inner.is_empty() {
                    errors.errors_mut().insert(key.clone().into(), ValidationErrorsKind::Struct(Box::new(inner)));
                }
                continue;
            }
            _ => continue,
        };
        add(&mut errors, key, ValidationError::new(code));
    }
    errors
}

fn add(errors: &mut ValidationErrors, key: &str, error: ValidationError) {
    let kind = errors.errors_mut().entry(Cow::Owned(key.to_owned()));
    if let ValidationErrorsKind::Field(list) = kind.or_insert_with(|| ValidationErrorsKind::Field(Vec::new())) {
        list.push(error);
    }
}

/// A fault of the object itself, not of a member.
fn itself(code: &'static str) -> ValidationError {
    ValidationError::new(code).with_message(Cow::Borrowed(""))
}

fn characters(members: &Map<String, Value>) -> usize {
    let of_value = |value: &Value| match value {
        Value::String(text) => text.chars().count(),
        Value::Object(inner) => characters(inner),
        _ => 0,
    };
    members.iter().map(|(key, value)| key.chars().count() + of_value(value)).sum()
}
