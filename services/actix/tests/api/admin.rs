use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::helpers::{shop, sku};

#[actix_web::test]
async fn a_product_is_patched_and_archived() {
    let Some(shop) = shop().await else { return };
    let product = shop.product(5).await;
    let uri = format!("/admin/products/{product}");
    let patch = |body: &Value, tag: &str| {
        let request = TestRequest::patch().uri(&uri).insert_header(shop.admin()).insert_header(("if-match", tag));
        request.insert_header(("content-type", "application/merge-patch+json")).set_payload(body.to_string())
    };
    let added =
        json!({"description": "ruled", "attributes": {"paper": {"colour": "ivory", "gone": null}, "pages": 192}});
    let patched = shop.send(patch(&added, "\"1\"")).await;
    assert_eq!(
        (patched.header("etag"), &patched.json()["attributes"]),
        ("\"2\"", &json!({"paper": {"colour": "ivory"}, "pages": 192}))
    );
    let removed = json!({"description": null, "attributes": {"pages": null}});
    let patched = shop.send(patch(&removed, "*")).await.json();
    assert_eq!(
        (&patched["description"], &patched["attributes"]),
        (&json!(null), &json!({"paper": {"colour": "ivory"}}))
    );
    assert_eq!(shop.send(patch(&removed, "\"1\"")).await.problem(412), "precondition_failed");
    assert_eq!(shop.send(patch(&json!({}), "\"3\"")).await.header("etag"), "\"3\"", "no change, no version");
    let wrong = shop.send(patch(&json!({"price": 0, "attributes": {"B": 1, "c": [1]}}), "*")).await;
    assert_eq!(
        wrong.json()["errors"],
        json!([
            {"pointer": "/attributes/B", "code": "format"},
            {"pointer": "/attributes/c", "code": "type"},
            {"pointer": "/price", "code": "out_of_range"},
        ])
    );
    let json =
        TestRequest::patch().uri(&uri).insert_header(shop.admin()).insert_header(("if-match", "*")).set_json(json!({}));
    let refused = shop.send(json).await;
    assert_eq!(
        (refused.problem(415).as_str(), refused.header("accept-patch")),
        ("unsupported_media_type", "application/merge-patch+json")
    );

    let archive = || TestRequest::delete().uri(&uri).insert_header(shop.admin()).insert_header(("if-match", "*"));
    assert_eq!(shop.send(archive()).await.status.as_u16(), 204);
    assert_eq!(shop.send(archive()).await.problem(404), "not_found");
}

#[actix_web::test]
async fn stock_keeps_its_bounds() {
    let Some(shop) = shop().await else { return };
    let product = shop.product(5).await;
    let adjust = |delta: i32| {
        let request = TestRequest::post().uri(&format!("/admin/products/{product}/stock")).insert_header(shop.admin());
        request.set_json(json!({"delta": delta}))
    };
    assert_eq!(shop.send(adjust(-5)).await.json()["stock"], json!(0));
    assert_eq!(shop.send(adjust(-1)).await.problem(409), "insufficient_stock");
    assert_eq!(shop.send(adjust(0)).await.problem(422), "validation_failed");
    sqlx::query("UPDATE products SET stock = 999999 WHERE sku = $1")
        .bind(&product)
        .execute(&shop.pool)
        .await
        .expect("an update");
    assert_eq!(shop.send(adjust(2)).await.problem(409), "stock_limit");
}

#[actix_web::test]
async fn a_coupon_ends_after_it_starts() {
    let Some(shop) = shop().await else { return };
    let create = |body: Value| TestRequest::post().uri("/admin/coupons").insert_header(shop.admin()).set_json(body);
    let code = sku()[..10].to_owned();
    for window in [
        json!({"starts_at": "2026-01-02T00:00:00.000Z", "ends_at": "2026-01-02T00:00:00.000Z"}),
        json!({"ends_at": "2020-01-01T00:00:00.000Z"}),
    ] {
        let mut body = json!({"code": code, "percent_bp": 500});
        body.as_object_mut().expect("an object").extend(window.as_object().expect("an object").clone());
        assert_eq!(
            shop.send(create(body)).await.json()["errors"],
            json!([{"pointer": "/ends_at", "code": "out_of_range"}])
        );
    }
    let created = shop.send(create(json!({"code": code.to_lowercase(), "percent_bp": 500, "ends_at": null}))).await;
    assert_eq!((created.status.as_u16(), &created.json()["code"]), (201, &json!(code)));
    assert_eq!(shop.send(create(json!({"code": code, "percent_bp": 500}))).await.problem(409), "code_taken");
}
