//! The attributes of a product (PRODUCT-2), whole and as a patch.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

use crate::platform::validation::ITSELF;

const DEEPEST: usize = 3;
const MOST_KEYS: usize = 20;
const LONGEST_TEXT: usize = 1000;
const MOST_CHARACTERS: usize = 20_000;
const LARGEST: u64 = 9_007_199_254_740_991;

static KEY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\A[a-z][a-z0-9_]{0,31}\z").expect("the pattern is constant"));

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Attributes(pub Map<String, Value>);

/// A merge patch of attributes: it may hold nulls, and how much it holds is judged after the merge.
#[derive(Debug, Deserialize)]
pub struct AttributesPatch(pub Map<String, Value>);

impl Validate for Attributes {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let mut errors = judge(&self.0, 1, false);
        if characters(&self.0) > MOST_CHARACTERS {
            blame(&mut errors, ITSELF, "too_long");
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

impl Validate for AttributesPatch {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let errors = judge(&self.0, 1, true);
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn judge(object: &Map<String, Value>, level: usize, patch: bool) -> ValidationErrors {
    let mut errors = ValidationErrors::new();
    if object.len() > MOST_KEYS && !patch {
        blame(&mut errors, ITSELF, "too_long");
    }
    for (key, value) in object {
        let code = match value {
            _ if !KEY.is_match(key) => "format",
            Value::Null if patch => continue,
            Value::Null => "null_not_allowed",
            Value::Number(number) if number.is_f64() => "type",
            Value::Number(number) if number.as_i64().is_some_and(|number| number.unsigned_abs() <= LARGEST) => continue,
            Value::Number(_) => "out_of_range",
            Value::String(text) if text.chars().count() > LONGEST_TEXT => "too_long",
            Value::Bool(_) | Value::String(_) => continue,
            Value::Array(_) => "type",
            Value::Object(_) if level == DEEPEST => "format",
            Value::Object(nested) => {
                let nested = judge(nested, level + 1, patch);
                if !nested.is_empty() {
                    errors.0.insert(key.clone().into(), ValidationErrorsKind::Struct(Box::new(nested)));
                }
                continue;
            }
        };
        blame(&mut errors, key, code);
    }
    errors
}

fn blame(errors: &mut ValidationErrors, key: &str, code: &'static str) {
    errors.0.insert(key.to_owned().into(), ValidationErrorsKind::Field(vec![ValidationError::new(code)]));
}

fn characters(object: &Map<String, Value>) -> usize {
    let of_value = |value: &Value| match value {
        Value::String(text) => text.chars().count(),
        Value::Object(nested) => characters(nested),
        _ => 0,
    };
    object.iter().map(|(key, value)| key.chars().count() + of_value(value)).sum()
}
