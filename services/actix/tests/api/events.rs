use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::http::header::HeaderValue;
use actix_web::rt::time::timeout;
use actix_web::test::TestRequest;
use serde_json::json;

use crate::helpers::shop;

#[actix_web::test]
async fn a_stream_tells_what_happens_to_stock() {
    let Some(shop) = shop().await else { return };
    let product = shop.product(5).await;
    shop.listening(async {
        let response = shop.open(TestRequest::get().uri("/events?topic=stock")).await;
        for (name, value) in
            [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
        {
            assert_eq!(response.headers().get(name).map(HeaderValue::as_bytes), Some(value.as_bytes()));
        }
        let mut body = pin!(response.into_body());
        let adjust = TestRequest::post().uri(&format!("/admin/products/{product}/stock")).insert_header(shop.admin());
        assert_eq!(shop.send(adjust.set_json(json!({"delta": -2}))).await.status.as_u16(), 200);
        let mut heard = String::new();
        while !heard.contains(&product) {
            let chunk = timeout(Duration::from_secs(10), poll_fn(|context| body.as_mut().poll_next(context))).await;
            let Ok(Some(Ok(chunk))) = chunk else { panic!("the stream ended after {heard}") };
            heard.push_str(std::str::from_utf8(&chunk).expect("UTF-8"));
        }
        assert!(heard.starts_with("retry: "), "{heard}");
        assert!(heard.contains("event: stock.changed\n") && heard.contains("\"stock\" : 3"), "{heard}");
    })
    .await;
}

#[actix_web::test]
async fn orders_need_a_token_before_anything_else() {
    let Some(shop) = shop().await else { return };
    assert_eq!(shop.send(TestRequest::get().uri("/events?topic=orders&x=1")).await.problem(401), "unauthenticated");
    assert_eq!(shop.send(TestRequest::get().uri("/events")).await.problem(400), "invalid_query");
    let bad = TestRequest::get().uri("/events?topic=stock").insert_header(("last-event-id", "x"));
    assert_eq!(shop.send(bad).await.problem(400), "invalid_header");
}
