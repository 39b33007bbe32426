use rocket::http::{ContentType, Status};
use serde_json::{Value, json};

use crate::kit::{PASSWORD, bearer, code, shop, told};

#[rocket::async_test]
async fn registers_logs_in_and_renews_once() {
    let Some(shop) = shop().await else { return };
    let (email, token) = shop.customer().await;
    let (status, user) = told(shop.client.get("/me").header(bearer(&token)).dispatch().await).await;
    assert_eq!((status, &user["email"]), (Status::Ok, &json!(email)));
    let again = json!({"email": email.to_uppercase(), "password": PASSWORD, "name": "Ada"});
    let (_, problem) = shop.send(shop.client.post("/auth/register"), again).await;
    assert_eq!(code(&problem), "email_taken");
    let wrong = json!({"email": email, "password": "something else"});
    let (_, problem) = shop.send(shop.client.post("/auth/login"), wrong).await;
    assert_eq!(code(&problem), "invalid_credentials");

    let (_, pair) = shop.send(shop.client.post("/auth/login"), json!({"email": email, "password": PASSWORD})).await;
    let first = json!({"refresh_token": pair["refresh_token"]});
    let (status, renewed) = shop.send(shop.client.post("/auth/refresh"), first.clone()).await;
    assert_eq!(status, Status::Ok);
    let (status, _) = shop.send(shop.client.post("/auth/refresh"), first).await;
    assert_eq!(status, Status::Unauthorized);
    let (status, _) =
        shop.send(shop.client.post("/auth/refresh"), json!({"refresh_token": renewed["refresh_token"]})).await;
    assert_eq!(status, Status::Unauthorized, "a second use revokes the session");
}

#[rocket::async_test]
async fn bodies_are_strict() {
    let Some(shop) = shop().await else { return };
    let (status, problem) =
        shop.send(shop.client.post("/auth/register"), json!({"email": "a", "password": "b", "name": ""})).await;
    assert_eq!(status, Status::UnprocessableEntity);
    let mut pointers: Vec<&str> =
        problem["errors"].as_array().into_iter().flatten().filter_map(|each| each["pointer"].as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/email", "/name", "/password"]);
    for (body, expected) in [
        (r#"{"refresh_token": "a", "refresh_token": "b"}"#, ("malformed_json", Value::Null)),
        (r#"{"refresh_token": "a"} x"#, ("malformed_json", Value::Null)),
        (
            r#"{"refresh_token": "a", "role": "admin"}"#,
            ("validation_failed", json!([{"pointer": "/role", "code": "unknown"}])),
        ),
        (
            r#"{"refresh_token": null}"#,
            ("validation_failed", json!([{"pointer": "/refresh_token", "code": "null_not_allowed"}])),
        ),
        (r#"{"refresh_token": 1}"#, ("validation_failed", json!([{"pointer": "/refresh_token", "code": "type"}]))),
        ("{}", ("validation_failed", json!([{"pointer": "/refresh_token", "code": "required"}]))),
    ] {
        let request = shop.client.post("/auth/logout").header(ContentType::JSON).body(body);
        let (_, problem) = told(request.dispatch().await).await;
        assert_eq!((code(&problem), problem["errors"].clone()), expected, "{body}");
    }
    let (status, problem) = told(shop.client.post("/auth/logout").body("{}").dispatch().await).await;
    assert_eq!((status, code(&problem)), (Status::UnsupportedMediaType, "unsupported_media_type"));
    let large = format!("{{\"refresh_token\": \"{}\"}}", "a".repeat(65_536));
    let (status, _) =
        told(shop.client.post("/auth/logout").header(ContentType::JSON).body(large).dispatch().await).await;
    assert_eq!(status, Status::PayloadTooLarge);
}
