use rocket::http::Status;
use serde_json::json;

use crate::kit::{bearer, code, shop, told, unique};

#[rocket::async_test]
async fn prices_lines_and_a_coupon() {
    let Some(shop) = shop().await else { return };
    let (_, token) = shop.customer().await;
    let (_, empty) = told(shop.client.get("/cart").header(bearer(&token)).dispatch().await).await;
    assert_eq!((&empty["lines"], &empty["total"]), (&json!([]), &json!(0)));
    let sku = shop.product(1000, 1).await;
    let cart = shop.put_in_cart(&token, &sku, 2).await;
    assert_eq!((&cart["subtotal"], &cart["tax"], &cart["total"]), (&json!(2000), &json!(380), &json!(2879)));
    assert_eq!(cart["lines"][0]["in_stock"], json!(false));

    let coupon = unique("C");
    let request = shop.client.post("/admin/coupons").header(bearer(&shop.admin()));
    let (status, _) = shop.send(request, json!({"code": coupon, "percent_bp": 1000, "min_subtotal": 2001})).await;
    assert_eq!(status, Status::Created);
    let request = shop.client.put("/cart/coupon").header(bearer(&token));
    let (_, cart) = shop.send(request, json!({"code": coupon.to_lowercase()})).await;
    assert_eq!(cart["coupon"], json!({"code": coupon, "applied": false, "reason": "min_subtotal"}));
    let cart = shop.put_in_cart(&token, &sku, 3).await;
    assert_eq!((&cart["coupon"]["applied"], &cart["discount"]), (&json!(true), &json!(300)));

    let request = shop.client.delete(format!("/cart/items/{sku}")).header(bearer(&token));
    let (_, cart) = told(request.dispatch().await).await;
    assert_eq!((&cart["lines"], &cart["coupon"]["code"]), (&json!([]), &json!(coupon)));
    let request = shop.client.put("/cart/items/NO-SUCH").header(bearer(&token));
    let (status, problem) = shop.send(request, json!({"quantity": 1})).await;
    assert_eq!((status, code(&problem)), (Status::NotFound, "not_found"));
}
