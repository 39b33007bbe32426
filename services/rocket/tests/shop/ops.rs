use rocket::http::{Header, Status};
use serde_json::json;

use crate::kit::{code, shop, told};

#[rocket::async_test]
async fn tells_health_contract_and_metrics() {
    let Some(shop) = shop().await else { return };
    for (path, status) in [("/healthz", "ok"), ("/readyz", "ready")] {
        let answer = shop.client.get(path).dispatch().await;
        assert_eq!(answer.headers().get_one("Cache-Control"), Some("no-store"));
        assert_eq!(told(answer).await, (Status::Ok, json!({"status": status})));
    }
    let contract = shop.client.get("/openapi.yaml").dispatch().await.into_string().await;
    assert_eq!(contract.as_deref(), Some(include_str!("../../../../contract/openapi.yaml")));
    told(shop.client.get("/products/nobody-has-this").dispatch().await).await;
    let metrics = shop.client.get("/metrics").dispatch().await.into_string().await.expect("metrics");
    assert!(metrics.contains(r#"http_requests_total{method="GET",route="/products/{sku}",status="404"}"#));
}

#[rocket::async_test]
async fn paths_are_exact_and_know_their_methods() {
    let Some(shop) = shop().await else { return };
    for path in ["/", "/healthz/", "//healthz", "/Healthz", "/admin"] {
        let (status, problem) = told(shop.client.get(path).dispatch().await).await;
        assert_eq!((status, code(&problem)), (Status::NotFound, "not_found"), "{path}");
    }
    let refused = shop.client.delete("/cart/coupon/").dispatch().await;
    assert_eq!(refused.status(), Status::NotFound);
    let refused =
        shop.client.post("/cart/coupon").header(Header::new("X-HTTP-Method-Override", "PUT")).dispatch().await;
    assert_eq!(refused.headers().get_one("Allow"), Some("PUT, DELETE"));
    assert_eq!(refused.status(), Status::MethodNotAllowed);
    let refused = shop.client.patch("/products").dispatch().await;
    assert_eq!(refused.headers().get_one("Allow"), Some("GET, HEAD"));
}
