//! The contract's vectors and catalogues.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use shop::platform::problem::ALL;
use shop::platform::{Cursors, Scope};
use shop::pricing::{Coupon, Line, quote};

#[derive(Deserialize, PartialEq, Debug)]
struct Kind {
    status: u16,
    title: String,
}

#[test]
fn problems_are_those_of_the_catalogue() {
    let catalogue: BTreeMap<String, Kind> =
        serde_yaml_ng::from_str(include_str!("../../../../contract/problems.yaml")).expect("YAML");
    let ours =
        ALL.iter().map(|kind| (kind.code.to_owned(), Kind { status: kind.status, title: kind.title.to_owned() }));
    assert_eq!(ours.collect::<BTreeMap<_, _>>(), catalogue);
}

fn cases(text: &str) -> Vec<Value> {
    let vectors: Value = serde_json::from_str(text).expect("JSON");
    vectors["cases"].as_array().expect("cases").clone()
}

fn number(value: &Value) -> i64 {
    value.as_i64().expect("a number")
}

#[test]
fn prices_are_those_of_the_vectors() {
    for case in cases(include_str!("../../../../contract/vectors/prices.json")) {
        let lines: Vec<Line> = case["lines"]
            .as_array()
            .expect("lines")
            .iter()
            .map(|line| Line {
                unit_price: number(&line["unit_price"]),
                quantity: number(&line["quantity"]),
                tax_rate_bp: number(&line["tax_rate_bp"]),
                available: line["available"] == true,
            })
            .collect();
        let coupon = case["coupon"].as_object().map(|coupon| Coupon {
            percent_bp: number(&coupon["percent_bp"]),
            min_subtotal: number(&coupon["min_subtotal"]),
        });
        let (found, expected) = (quote(&lines, coupon.as_ref()), &case["expected"]);
        let name = &case["name"];
        assert_eq!(expected["applied"], found.applied, "{name}");
        for (figure, value) in [
            ("subtotal", found.subtotal),
            ("discount", found.discount),
            ("tax", found.tax),
            ("shipping", found.shipping),
            ("total", found.total),
        ] {
            assert_eq!(number(&expected[figure]), value, "{figure} of {name}");
        }
        for (line, expected) in found.lines.iter().zip(expected["lines"].as_array().expect("lines")) {
            assert_eq!(number(&expected["line_total"]), line.line_total, "{name}");
            assert_eq!(number(&expected["discount"]), line.discount, "{name}");
            assert_eq!(number(&expected["tax"]), line.tax, "{name}");
        }
    }
}

#[test]
fn cursors_are_those_of_the_vectors() {
    let text = include_str!("../../../../contract/vectors/cursors.json");
    let vectors: Value = serde_json::from_str(text).expect("JSON");
    let cursors = Cursors::new(vectors["secret"].as_str().expect("a secret"));
    for case in cases(text) {
        let names: &[&str] = match case["resource"].as_str() {
            Some("orders") => &["status"],
            _ => &["q", "category", "price_min", "price_max", "in_stock"],
        };
        let filters: Vec<&str> = names.iter().map(|name| case["filters"][name].as_str().unwrap_or_default()).collect();
        let resource = case["resource"].as_str().expect("a resource");
        let sort = case["sort"].as_str().expect("a sort");
        let scope = Scope::new(resource, sort, &filters);
        let sealed = case["cursor"].as_str().expect("a cursor");
        let position = cursors.position(&scope, sealed).filter(|position| match sort {
            "newest" => position.millis().is_ok(),
            "name" => true,
            _ => position.integer(9_999_999_999).is_ok(),
        });
        assert_eq!(position.is_some(), case["valid"] == true, "{}", case["name"]);
        if let Some(position) = position {
            assert_eq!(case["decoded"]["key"], position.key);
            assert_eq!(cursors.seal(&scope, &position.key, position.id), sealed);
        }
    }
}
