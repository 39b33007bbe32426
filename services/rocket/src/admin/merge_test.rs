use serde_json::{Value, json};

use super::merge::merge;

/// The examples of RFC 7396, appendix A, that are objects.
#[test]
fn merges_as_the_rfc_does() {
    let cases = [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
        (json!({"a": "b"}), json!({"a": null}), json!({})),
        (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
        (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
        (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        (json!({"a": 1}), json!({"a": {"b": null, "c": 2}}), json!({"a": {"c": 2}})),
    ];
    for (target, patch, expected) in cases {
        let (Value::Object(mut target), Value::Object(patch)) = (target, patch) else { unreachable!() };
        merge(&mut target, patch);
        assert_eq!(Value::Object(target), expected);
    }
}
