use actix_web::test::TestRequest;
use serde_json::json;

use crate::helpers::{shop, sku};

#[actix_web::test]
async fn a_cart_shows_prices_and_coupons() {
    let Some(shop) = shop().await else { return };
    let customer = shop.customer().await;
    let empty = shop.send(TestRequest::get().uri("/cart").insert_header(customer.clone())).await;
    assert_eq!(empty.json()["lines"], json!([]));

    let product = shop.product(1).await;
    let cart = shop.put_item(&customer, &product, 2).await.json();
    assert_eq!(
        (&cart["subtotal"], &cart["tax"], &cart["shipping"], &cart["total"]),
        (&json!(2000), &json!(380), &json!(499), &json!(2879))
    );
    assert_eq!(cart["lines"][0]["in_stock"], json!(false));

    let code = sku()[..12].to_owned();
    let coupon = json!({"code": code, "percent_bp": 1000, "min_subtotal": 2001});
    shop.send(TestRequest::post().uri("/admin/coupons").insert_header(shop.admin()).set_json(coupon)).await;
    let attach = TestRequest::put().uri("/cart/coupon").insert_header(customer.clone());
    let cart = shop.send(attach.set_json(json!({"code": code.to_lowercase()}))).await.json();
    assert_eq!(cart["coupon"], json!({"code": code, "applied": false, "reason": "min_subtotal"}));
    let cart = shop.put_item(&customer, &product, 3).await.json();
    assert_eq!((&cart["coupon"]["applied"], &cart["discount"]), (&json!(true), &json!(300)));

    assert_eq!(shop.put_item(&customer, &sku(), 1).await.problem(404), "not_found");
    assert_eq!(shop.put_item(&customer, &product, 0).await.problem(422), "validation_failed");
    assert_eq!(shop.send(TestRequest::get().uri("/cart")).await.problem(401), "unauthenticated");
    let gone = TestRequest::delete().uri(&format!("/cart/items/{product}")).insert_header(customer);
    assert_eq!(shop.send(gone).await.json()["lines"], json!([]));
}
