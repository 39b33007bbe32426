use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::helpers::{email, shop};

fn post(path: &str, body: &Value) -> TestRequest {
    TestRequest::post().uri(path).set_json(body)
}

#[actix_web::test]
async fn sessions_end_when_a_token_is_used_twice() {
    let Some(shop) = shop().await else { return };
    let (address, password) = (email(), "correct horse battery");
    let registration = json!({"email": address.to_uppercase(), "password": password, "name": "Ada"});
    let registered = shop.send(post("/auth/register", &registration)).await;
    assert_eq!((registered.status.as_u16(), registered.json()["email"].as_str()), (201, Some(address.as_str())));
    assert_eq!(shop.send(post("/auth/register", &registration)).await.problem(409), "email_taken");

    let wrong = json!({"email": address, "password": "wrong"});
    assert_eq!(shop.send(post("/auth/login", &wrong)).await.problem(401), "invalid_credentials");
    let pair = shop.send(post("/auth/login", &json!({"email": address, "password": password}))).await.json();
    let bearer = format!("Bearer {}", pair["access_token"].as_str().expect("a token"));
    let me = shop.send(TestRequest::get().uri("/me").insert_header(("authorization", bearer))).await;
    assert_eq!(me.json()["email"].as_str(), Some(address.as_str()));

    let refresh = |pair: &Value| post("/auth/refresh", &json!({"refresh_token": pair["refresh_token"]}));
    let next = shop.send(refresh(&pair)).await;
    assert_eq!(next.status.as_u16(), 200);
    assert_eq!(shop.send(refresh(&pair)).await.problem(401), "invalid_refresh_token");
    assert_eq!(shop.send(refresh(&next.json())).await.problem(401), "invalid_refresh_token");
}

#[actix_web::test]
async fn bodies_are_judged() {
    let Some(shop) = shop().await else { return };
    let refused = shop.send(post("/auth/register", &json!({"email": "a", "password": "short", "name": ""}))).await;
    assert_eq!(refused.problem(422), "validation_failed");
    assert_eq!(
        refused.json()["errors"],
        json!([
            {"pointer": "/email", "code": "format"},
            {"pointer": "/name", "code": "too_short"},
            {"pointer": "/password", "code": "too_short"},
        ])
    );
    let text = TestRequest::post().uri("/auth/login").set_payload("{}");
    assert_eq!(shop.send(text).await.problem(415), "unsupported_media_type");
    let large = post("/auth/login", &json!({"email": "a".repeat(70_000)}));
    assert_eq!(shop.send(large).await.problem(413), "body_too_large");
}

#[actix_web::test]
async fn log_ins_are_limited_by_address() {
    let Some(shop) = shop().await else { return };
    let credentials = json!({"email": email(), "password": "wrong"});
    for _ in 0..5 {
        assert_eq!(shop.send(post("/auth/login", &credentials)).await.problem(401), "invalid_credentials");
    }
    let limited = shop.send(post("/auth/login", &credentials)).await;
    assert_eq!(limited.problem(429), "rate_limited");
    assert_eq!(limited.header("ratelimit-policy"), "\"login\";q=5;w=60");
}
