//! From the errors of the crate `validator` to the contract's faults, and the patterns that members share.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Deserializer};
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

use super::problem::Fault;

fn pattern(text: &str) -> Regex {
    Regex::new(&format!(r"\A(?:{text})\z")).expect("the pattern is constant")
}

pub static SKU: LazyLock<Regex> = LazyLock::new(|| pattern("[A-Z0-9][A-Z0-9-]{0,31}"));
pub static ID: LazyLock<Regex> = LazyLock::new(|| pattern("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"));
pub static CATEGORY: LazyLock<Regex> = LazyLock::new(|| pattern("[a-z0-9-]{1,40}"));
pub static COUPON_CODE: LazyLock<Regex> = LazyLock::new(|| pattern("[A-Za-z0-9]{3,20}"));
pub static EMAIL: LazyLock<Regex> = LazyLock::new(|| pattern(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}\.[A-Za-z]{2,24}"));

/// The object itself, beside its members: validator's own name for it.
pub const ITSELF: &str = "__all__";
/// The parameter by which a rule over a whole object names the member that is at fault.
pub const MEMBER: &str = "member";

/// All that is wrong, in order of the pointers.
pub fn faults(errors: &ValidationErrors) -> Vec<Fault> {
    let mut faults = vec![];
    collect(errors, "", &mut faults);
    faults.sort_unstable();
    faults
}

fn collect(errors: &ValidationErrors, parent: &str, faults: &mut Vec<Fault>) {
    for (name, kind) in errors.errors() {
        let pointer = if name == ITSELF { parent.to_owned() } else { pointer_to(parent, name) };
        match kind {
            ValidationErrorsKind::Struct(nested) => collect(nested, &pointer, faults),
            ValidationErrorsKind::List(_) => {} // no request has a list
            ValidationErrorsKind::Field(errors) => {
                // Each member once, with the first rule that it breaks.
                faults.extend(errors.first().map(|error| {
                    let member = error.params.get(MEMBER).and_then(|member| member.as_str());
                    Fault { pointer: member.map_or(pointer, |member| pointer_to(parent, member)), code: code(error) }
                }));
            }
        }
    }
}

/// RFC 6901.
pub fn pointer_to(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn code(error: &ValidationError) -> std::borrow::Cow<'static, str> {
    match &*error.code {
        "range" => "out_of_range".into(),
        "regex" => "format".into(),
        "length" => {
            let length =
                error.params.get("value").and_then(|value| value.as_str()).map_or(0, |text| text.chars().count());
            let min = error.params.get("min").and_then(serde_json::Value::as_u64).unwrap_or(0);
            if (length as u64) < min { "too_short".into() } else { "too_long".into() }
        }
        _ => error.code.clone(),
    }
}

/// For members that may be absent but not null: with `default`, `null` is a fault of type.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
