use actix_web::test::TestRequest;

use crate::helpers::shop;

#[actix_web::test]
async fn operators_see_health_metrics_and_the_contract() {
    let Some(shop) = shop().await else { return };
    for (path, text) in [("/healthz", "{\"status\":\"ok\"}"), ("/readyz", "{\"status\":\"ready\"}")] {
        let answer = shop.send(TestRequest::get().uri(path)).await;
        assert_eq!((answer.text.as_str(), answer.header("cache-control")), (text, "no-store"));
    }
    assert!(shop.send(TestRequest::get().uri("/openapi.yaml")).await.text.starts_with("openapi: 3.1"));

    let wrong = shop.send(TestRequest::post().uri("/products/X")).await;
    assert_eq!((wrong.problem(405).as_str(), wrong.header("allow")), ("method_not_allowed", "GET, HEAD"));
    for path in ["/", "/nope", "/products/", "//products", "/PRODUCTS"] {
        assert_eq!(shop.send(TestRequest::get().uri(path)).await.problem(404), "not_found", "{path}");
    }
    let metrics = shop.send(TestRequest::get().uri("/metrics")).await.text;
    for series in [
        "http_requests_total{method=\"POST\",route=\"/products/{sku}\",status=\"405\"} 1",
        "http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 5",
    ] {
        assert!(metrics.contains(series), "{series} is missing");
    }
}
