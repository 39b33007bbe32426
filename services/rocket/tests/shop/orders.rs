use rocket::http::Status;
use serde_json::json;

use crate::kit::{bearer, code, shop, told};

#[rocket::async_test]
async fn an_order_is_its_owners_and_gives_its_stock_back_once() {
    let Some(shop) = shop().await else { return };
    let ((_, token), (_, other)) = (shop.customer().await, shop.customer().await);
    let sku = shop.product(6000, 5).await;
    let cart = shop.put_in_cart(&token, &sku, 2).await;
    let order = shop.order(&token, &cart["total"]).await;
    let path = format!("/orders/{}", order["id"].as_str().expect("an id"));
    let (status, _) = told(shop.client.get(path.clone()).header(bearer(&other)).dispatch().await).await;
    assert_eq!(status, Status::NotFound);
    let (_, list) = told(shop.client.get("/orders?status=pending").header(bearer(&token)).dispatch().await).await;
    assert_eq!(list["items"], json!([order]));
    for _ in 0..2 {
        let request = shop.client.post(format!("{path}/cancel")).header(bearer(&token));
        let (status, cancelled) = told(request.dispatch().await).await;
        assert_eq!((status, &cancelled["status"], &cancelled["version"]), (Status::Ok, &json!("cancelled"), &json!(2)));
    }
    let (_, product) = told(shop.client.get(format!("/products/{sku}")).dispatch().await).await;
    assert_eq!(product["stock"], json!(5));
    let request = shop.client.post(format!("/admin{path}/transition")).header(bearer(&shop.admin()));
    let (_, problem) = shop.send(request, json!({"to": "shipped"})).await;
    assert_eq!(code(&problem), "precondition_required");
}
