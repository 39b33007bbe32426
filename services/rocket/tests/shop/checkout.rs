use rocket::http::{ContentType, Header, Status};
use serde_json::json;

use crate::kit::{bearer, code, shop, told, unique};

#[rocket::async_test]
async fn orders_once_and_replays_byte_for_byte() {
    let Some(shop) = shop().await else { return };
    let (_, token) = shop.customer().await;
    let sku = shop.product(6000, 5).await;
    let cart = shop.put_in_cart(&token, &sku, 2).await;
    let key = unique("key");
    let send = |total: i64| {
        let request = shop.client.post("/checkout").header(bearer(&token)).header(ContentType::JSON);
        let request = request.header(Header::new("Idempotency-Key", format!("\"{key}\"")));
        request.body(json!({"expected_total": total}).to_string()).dispatch()
    };
    let total = cart["total"].as_i64().expect("a total");
    let (status, problem) = told(send(total + 1).await).await;
    assert_eq!((status, code(&problem), &problem["total"]), (Status::Conflict, "total_changed", &json!(total)));
    let placed = send(total).await;
    assert_eq!((placed.status(), placed.headers().get_one("ETag")), (Status::Created, Some("\"1\"")));
    let first = placed.into_string().await;
    let replayed = send(total).await;
    assert_eq!(replayed.headers().get_one("Idempotent-Replayed"), Some("true"));
    assert_eq!(replayed.into_string().await, first);
    let (_, problem) = told(send(total + 1).await).await;
    assert_eq!(code(&problem), "idempotency_key_reused");
    let (_, product) = told(shop.client.get(format!("/products/{sku}")).dispatch().await).await;
    assert_eq!(product["stock"], json!(3));
}
