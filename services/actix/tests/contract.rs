//! What all services share: the vectors and the catalogue of problems.

use std::collections::BTreeMap;
use std::path::Path;

use actix_web::body::to_bytes;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use anyhow::anyhow;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;
use shop::accounts::passwords;
use shop::orders::Status;
use shop::platform::auth::{Role, Tokens};
use shop::platform::cursor::{Cursors, Page, Position, Scope};
use shop::platform::query::Query;
use shop::platform::validation::EMAIL;
use shop::platform::{Problem, json};
use shop::{pricing, webhooks};
use validator::Validate;

fn contract(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract").join(file);
    std::fs::read_to_string(path).expect("the contract is there")
}

fn vectors(file: &str) -> Value {
    serde_json::from_str(&contract(&format!("vectors/{file}.json"))).expect("vectors are JSON")
}

fn cases(vectors: &Value) -> &Vec<Value> {
    vectors["cases"].as_array().expect("there are cases")
}

fn text<'a>(case: &'a Value, member: &str) -> &'a str {
    case[member].as_str().unwrap_or_default()
}

fn number(case: &Value, member: &str) -> i64 {
    case[member].as_i64().unwrap_or_default()
}

#[test]
fn prices() {
    for case in cases(&vectors("prices")) {
        let lines: Vec<_> = case["lines"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| pricing::Line {
                unit_price: number(line, "unit_price"),
                quantity: number(line, "quantity"),
                tax_rate_bp: number(line, "tax_rate_bp"),
                available: line["available"].as_bool().unwrap_or_default(),
            })
            .collect();
        let coupon = case["coupon"].as_object().map(|_| pricing::Coupon {
            percent_bp: number(&case["coupon"], "percent_bp"),
            min_subtotal: number(&case["coupon"], "min_subtotal"),
        });
        let expected = &case["expected"];
        let priced = expected["lines"].as_array().into_iter().flatten().map(|line| pricing::PricedLine {
            line_total: number(line, "line_total"),
            discount: number(line, "discount"),
            tax: number(line, "tax"),
        });
        let expected = pricing::Totals {
            applied: expected["applied"].as_bool().unwrap_or_default(),
            lines: priced.collect(),
            subtotal: number(expected, "subtotal"),
            discount: number(expected, "discount"),
            tax: number(expected, "tax"),
            shipping: number(expected, "shipping"),
            total: number(expected, "total"),
        };
        assert_eq!(pricing::calculate(&lines, coupon), expected, "{}", text(case, "name"));
    }
}

#[test]
fn cursors() {
    let vectors = vectors("cursors");
    let cursors = Cursors::new(text(&vectors, "secret"));
    for case in cases(&vectors) {
        let names: &[&str] = match text(case, "resource") {
            "products" => &["q", "category", "price_min", "price_max", "in_stock"],
            _ => &["status"],
        };
        let filters: Vec<_> = names.iter().map(|name| text(&case["filters"], name)).collect();
        let scope = Scope { resource: text(case, "resource"), sort: text(case, "sort"), filters: &filters };
        let opened = cursors.open(&scope, text(case, "cursor"));
        let judged = opened.and_then(|position| {
            match text(case, "sort") {
                "newest" => position.moment().map(drop),
                "price" | "-price" => position.price().map(drop),
                _ => position.name().map(drop),
            }
            .map(|()| position)
        });
        let name = text(case, "name");
        if case["valid"].as_bool() == Some(true) {
            let position = judged.unwrap_or_else(|problem| panic!("{name}: {problem}"));
            assert_eq!(
                (position.key.as_str(), position.id.to_string().as_str()),
                (text(&case["decoded"], "key"), text(&case["decoded"], "id")),
                "{name}"
            );
            assert_eq!(cursors.seal(&scope, &position), text(case, "cursor"), "{name}");
        } else {
            assert!(matches!(judged, Err(Problem::InvalidCursor)), "{name}");
        }
    }
}

#[derive(Deserialize, Validate)]
struct Anything {}

#[actix_web::test]
async fn page_links() {
    let cursors = Cursors::new("a secret of this test");
    let scope = Scope { resource: "products", sort: "newest", filters: &[] };
    for case in cases(&vectors("page_links")) {
        let (path, query) = text(case, "target").split_once('?').unwrap_or((text(case, "target"), ""));
        let pairs = match Query::<Anything>::read(query) {
            Ok(query) => query.pairs,
            Err(problem) => panic!("{query}: {problem}"),
        };
        let position = |_: &i32| Position { key: "1".to_owned(), id: uuid::Uuid::nil() };
        let page = Page::cut(vec![1, 2], 1, &cursors, &scope, position);
        let mut response = HttpResponse::Ok();
        page.link(path, &pairs, &mut response);
        let response = response.finish();
        let link = response.headers().get("link").expect("the header").to_str().expect("ASCII");
        let target = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")).expect("a link");
        assert!(!target.contains(['>', '"']), "{target}");
        let (linked, query) = target.split_once('?').expect("a query");
        let mut got: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let (last, cursor) = got.pop().expect("a cursor");
        assert_eq!(
            (linked, last.as_str(), cursor),
            (text(case, "path"), "cursor", cursors.seal(&scope, &position(&1)))
        );
        let expected: Vec<(String, String)> = serde_json::from_value(case["pairs"].clone()).expect("pairs");
        got.sort();
        let mut expected: Vec<_> = expected.into_iter().filter(|(name, _)| name != "cursor").collect();
        expected.sort();
        assert_eq!(got, expected, "{}", text(case, "name"));
    }
}

#[test]
fn emails() {
    for case in cases(&vectors("emails")) {
        let email = text(case, "email");
        let valid = email.chars().count() <= 254 && EMAIL.is_match(email);
        let stored = valid.then(|| email.to_ascii_lowercase());
        assert_eq!(stored.as_deref(), case["stored"].as_str(), "{}", text(case, "name"));
    }
}

#[test]
fn passwords_of_the_fleet() {
    for case in cases(&vectors("password_hashes")) {
        let matches = passwords::verify(text(case, "hash"), text(case, "password"));
        assert_eq!(Some(matches), case["matches"].as_bool(), "{}", text(case, "name"));
    }
}

#[test]
fn own_passwords() {
    let hash = passwords::hash("correct horse").expect("a hash");
    let parts: Vec<_> = hash.split('$').collect();
    assert_eq!(parts[1..4], ["argon2id", "v=19", "m=32768,t=2,p=1"]);
    assert_eq!((parts[4].len(), parts[5].len()), (22, 43));
    assert!(passwords::verify(&hash, "correct horse"));
    assert_ne!(hash, passwords::hash("correct horse").expect("a hash"), "the salt is random");
}

#[test]
fn unreadable_hashes_match_nothing() {
    let tail = "$FBUWFxgZGhscHR4fICEiIw$W1UR5foXp8WkIb58eN325yo+/zpoBTqYxyORTuvvBHw";
    for parameters in ["m=8192,t=3,p=1", "t=3,p=1,m=8192", "p=1,m=8192,t=3"] {
        assert!(passwords::verify(&format!("$argon2id$v=19${parameters}{tail}"), "battery staple"), "{parameters}");
    }
    // Some of them would take all memory, or minutes, if they were tried.
    for parameters in
        ["m=4294967295,t=3,p=1", "m=8192,t=4294967295,p=1", "m=8192,t=3,p=257", "m=0,t=3,p=1", "m=8192,t=3,t=3", ""]
    {
        assert!(!passwords::verify(&format!("$argon2id$v=19${parameters}{tail}"), "battery staple"), "{parameters}");
    }
    for hash in
        ["", "x", &format!("$argon2i$v=19$m=8192,t=3,p=1{tail}"), &format!("$argon2id$v=19$m=8192,t=3,p=1{tail}\n")]
    {
        assert!(!passwords::verify(hash, "battery staple"), "{hash}");
    }
}

#[test]
fn tokens() {
    let vectors = vectors("tokens");
    let tokens = Tokens::new(text(&vectors, "secret"));
    for case in cases(&vectors) {
        let caller = tokens.verify(text(case, "token"), number(case, "now")).ok();
        let seen =
            caller.map(|caller| (caller.id.to_string(), if caller.role == Role::Admin { "admin" } else { "customer" }));
        let seen = seen.as_ref().map(|(id, role)| (id.as_str(), *role));
        assert_eq!(seen, case["sub"].as_str().zip(case["role"].as_str()), "{}", text(case, "name"));
    }
}

#[test]
fn webhook_signatures() {
    for case in cases(&vectors("webhook_signatures")) {
        let secret = BASE64_STANDARD.decode(&text(case, "secret")["whsec_".len()..]).expect("base64");
        let body = BASE64_STANDARD.decode(text(case, "body_base64")).expect("base64");
        let mut headers = HeaderMap::new();
        for member in ["id", "timestamp", "signature"] {
            let value = case[member].as_str().map(|value| HeaderValue::from_bytes(value.as_bytes()));
            if let Some(Ok(value)) = value {
                headers.insert(HeaderName::from_bytes(format!("webhook-{member}").as_bytes()).expect("a name"), value);
            }
        }
        let genuine = webhooks::Key::new(&secret).verify(&headers, &body, number(case, "now")).is_some();
        assert_eq!(Some(genuine), case["valid"].as_bool(), "{}", text(case, "name"));
    }
}

/// Code, status and title of each problem in the contract.
fn catalogue() -> BTreeMap<String, (u16, String)> {
    let mut problems = BTreeMap::new();
    let mut code = String::new();
    for line in contract("problems.yaml").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            name.clone_into(&mut code);
        }
        let entry: &mut (u16, String) = problems.entry(code.clone()).or_default();
        if let Some(status) = line.strip_prefix("  status: ") {
            entry.0 = status.parse().expect("a status");
        } else if let Some(title) = line.strip_prefix("  title: ") {
            title.clone_into(&mut entry.1);
        }
    }
    problems
}

#[actix_web::test]
async fn problems() {
    let all = [
        Problem::MalformedJson,
        Problem::InvalidQuery(vec![]),
        Problem::InvalidCursor,
        Problem::InvalidHeader,
        Problem::IdempotencyKeyMissing,
        Problem::IdempotencyKeyInvalid,
        Problem::Unauthenticated,
        Problem::InvalidCredentials,
        Problem::InvalidRefreshToken,
        Problem::WebhookVerificationFailed,
        Problem::Forbidden,
        Problem::NotFound,
        Problem::CouponNotFound,
        Problem::MethodNotAllowed,
        Problem::EmailTaken,
        Problem::SkuTaken,
        Problem::CodeTaken,
        Problem::CartFull,
        Problem::CartEmpty,
        Problem::ProductUnavailable(vec![]),
        Problem::InsufficientStock(vec![]),
        Problem::StockLimit,
        Problem::CouponNotApplicable,
        Problem::TotalChanged(1),
        Problem::IdempotencyInProgress,
        Problem::InvalidTransition { from: Status::Pending, to: Status::Paid },
        Problem::PreconditionFailed,
        Problem::BodyTooLarge,
        Problem::UnsupportedMediaType("application/json"),
        Problem::ValidationFailed(vec![]),
        Problem::IdempotencyKeyReused,
        Problem::ImportFailed { errors: vec![], error_count: 1 },
        Problem::WebhookRejected,
        Problem::PreconditionRequired,
        Problem::RateLimited { policy: String::new(), limit: String::new(), retry_after: 1 },
        Problem::Internal(anyhow!("a secret")),
        Problem::ServiceUnavailable(anyhow!("a secret")),
    ];
    let mut told = BTreeMap::new();
    for problem in all {
        let response = problem.error_response();
        assert_eq!(response.headers().get("content-type").expect("the header"), "application/problem+json");
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body()).await.expect("a body");
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        assert!(!body.to_string().contains("secret") && !text(&body, "detail").is_empty(), "{body}");
        assert_eq!(number(&body, "status"), i64::from(status));
        let code = text(&body, "type").strip_prefix("https://shop.example/problems/").expect("the type");
        told.insert(code.to_owned(), (status, text(&body, "title").to_owned()));
    }
    assert_eq!(told, catalogue());
}

#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Put {
    #[validate(range(min = 1, max = 99))]
    quantity: i32,
}

#[test]
fn json_bodies() {
    for case in cases(&vectors("json_bodies")) {
        let body = match case["body_base64"].as_str() {
            Some(body) => BASE64_STANDARD.decode(body).expect("base64"),
            None => case["recipe"].as_array().into_iter().flatten().fold(vec![], |mut body, part| {
                let count = usize::try_from(number(part, "count")).expect("a count");
                body.extend(text(part, "text").repeat(count).bytes());
                body
            }),
        };
        let status = match json::parse::<Put>(&body) {
            _ if body.len() > 65_536 => 413,
            Ok(put) => {
                assert_eq!(Some(i64::from(put.quantity)), case["quantity"].as_i64(), "{}", text(case, "name"));
                200
            }
            Err(problem) => i64::from(problem.status_code().as_u16()),
        };
        let accepted: Vec<i64> = serde_json::from_value(case["statuses"].clone()).expect("statuses");
        assert!(accepted.contains(&status), "{}: {status}, not {accepted:?}", text(case, "name"));
    }
}

/// What serde calls a fault has only its text; this pins those that `json::named` tells apart.
#[test]
fn faults_of_shape() {
    for (body, pointer, code) in [
        (r"{}", "/quantity", "required"),
        (r#"{"quantity":1,"x":1}"#, "/x", "unknown"),
        (r#"{"quantity":1,"a/b~`c":1}"#, "/a~1b~0`c", "unknown"),
        (r#"{"quantity":null}"#, "/quantity", "type"),
        (r#"{"quantity":"1"}"#, "/quantity", "type"),
        (r#"{"quantity":1.5}"#, "/quantity", "type"),
        (r#"{"quantity":3000000000}"#, "/quantity", "type"),
        (r#"{"quantity":100}"#, "/quantity", "out_of_range"),
    ] {
        let Err(Problem::ValidationFailed(faults)) = json::parse::<Put>(body.as_bytes()) else { panic!("{body}") };
        assert_eq!((faults[0].pointer.as_str(), &*faults[0].code), (pointer, code), "{body}");
    }
    for body in [r"[1]", r#"{"quantity":1,"quantity":2}"#, r#"{"quantity":1}{}"#, "{\"quantity\":1,\"x\":\"\\u0000\"}"]
    {
        assert!(matches!(json::parse::<Put>(body.as_bytes()), Err(Problem::MalformedJson)), "{body}");
    }
}
