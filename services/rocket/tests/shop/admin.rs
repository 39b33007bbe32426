use rocket::http::{ContentType, Header, Status};
use serde_json::json;

use crate::kit::{bearer, code, shop, told};

#[rocket::async_test]
async fn patches_under_a_precondition_and_archives() {
    let Some(shop) = shop().await else { return };
    let sku = shop.product(100, 1).await;
    let patch = |body: serde_json::Value, tag: &'static str| {
        let request = shop.client.patch(format!("/admin/products/{sku}")).header(bearer(&shop.admin()));
        let request = request.header(ContentType::new("application", "merge-patch+json"));
        request.header(Header::new("If-Match", tag)).body(body.to_string()).dispatch()
    };
    let (_, product) = told(patch(json!({"attributes": {"a": {"b": 1}}, "description": "new"}), "\"1\"").await).await;
    assert_eq!((&product["version"], &product["attributes"]), (&json!(2), &json!({"a": {"b": 1}})));
    let (_, problem) = told(patch(json!({"price": 5}), "\"1\"").await).await;
    assert_eq!(code(&problem), "precondition_failed");
    let (_, product) = told(patch(json!({"attributes": {"a": {"b": null}}, "description": null}), "*").await).await;
    assert_eq!((&product["description"], &product["attributes"]), (&json!(null), &json!({"a": {}})));
    let (_, product) = told(patch(json!({}), "\"3\"").await).await;
    assert_eq!(product["version"], json!(3), "no change, no version");
    let deep = json!({"attributes": {"a": {"b": {"c": {}}}}});
    let (_, problem) = told(patch(deep, "*").await).await;
    assert_eq!(problem["errors"], json!([{"pointer": "/attributes/a/b/c", "code": "format"}]));

    let archive = || {
        let request = shop.client.delete(format!("/admin/products/{sku}")).header(bearer(&shop.admin()));
        request.header(Header::new("If-Match", "*")).dispatch()
    };
    assert_eq!(archive().await.status(), Status::NoContent);
    assert_eq!(archive().await.status(), Status::NotFound);
}

#[rocket::async_test]
async fn is_for_administrators_and_keeps_stock_in_its_bounds() {
    let Some(shop) = shop().await else { return };
    let (_, customer) = shop.customer().await;
    let sku = shop.product(100, 1).await;
    let adjust = |token: &str, delta: i64| {
        let request = shop.client.post(format!("/admin/products/{sku}/stock")).header(bearer(token));
        request.header(ContentType::JSON).body(json!({"delta": delta}).to_string()).dispatch()
    };
    assert_eq!(adjust(&customer, 1).await.status(), Status::Forbidden);
    assert_eq!(adjust("nonsense", 1).await.status(), Status::Unauthorized);
    let (_, problem) = told(adjust(&shop.admin(), -2).await).await;
    assert_eq!(problem["lines"], json!([{"sku": sku, "requested": 2, "available": 1}]));
    let (_, problem) = told(adjust(&shop.admin(), 0).await).await;
    assert_eq!(problem["errors"], json!([{"pointer": "/delta", "code": "out_of_range"}]));
    let (_, product) = told(adjust(&shop.admin(), 4).await).await;
    assert_eq!(product["stock"], json!(5));
}
