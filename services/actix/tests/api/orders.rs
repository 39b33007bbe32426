use actix_web::test::TestRequest;
use serde_json::json;

use crate::helpers::shop;

#[actix_web::test]
async fn orders_are_seen_by_their_owner_and_cancelled_once() {
    let Some(shop) = shop().await else { return };
    let (customer, stranger) = (shop.customer().await, shop.customer().await);
    let order = shop.order(&customer).await;
    let uri = format!("/orders/{}", order["id"].as_str().expect("an id"));
    let read = shop.send(TestRequest::get().uri(&uri).insert_header(customer.clone())).await;
    assert_eq!((read.json(), read.header("cache-control")), (order.clone(), "private, no-cache"));
    assert_eq!(shop.send(TestRequest::get().uri(&uri).insert_header(stranger)).await.problem(404), "not_found");
    let list = shop.send(TestRequest::get().uri("/orders?status=pending").insert_header(customer.clone())).await;
    assert_eq!(list.json(), json!({"items": [order], "next_cursor": null}));

    for _ in 0..2 {
        let cancel = TestRequest::post().uri(&format!("{uri}/cancel")).insert_header(customer.clone());
        let cancelled = shop.send(cancel).await;
        assert_eq!((cancelled.json()["status"].as_str(), cancelled.header("etag")), (Some("cancelled"), "\"2\""));
    }
    let sku = order["lines"][0]["sku"].as_str().expect("a sku");
    let stock: i32 = sqlx::query_scalar("SELECT stock FROM products WHERE sku = $1")
        .bind(sku)
        .fetch_one(&shop.pool)
        .await
        .expect("a row");
    assert_eq!(stock, 1);
}

#[actix_web::test]
async fn transitions_have_an_order() {
    let Some(shop) = shop().await else { return };
    let customer = shop.customer().await;
    let order = shop.order(&customer).await;
    let uri = format!("/admin/orders/{}/transition", order["id"].as_str().expect("an id"));
    let to = |status| TestRequest::post().uri(&uri).insert_header(shop.admin()).set_json(json!({"to": status}));
    assert_eq!(shop.send(to("shipped")).await.problem(428), "precondition_required");
    assert_eq!(
        shop.send(to("shipped").insert_header(("if-match", "W/\"1\""))).await.problem(412),
        "precondition_failed"
    );
    let refused = shop.send(to("shipped").insert_header(("if-match", "\"1\""))).await;
    assert_eq!(refused.problem(409), "invalid_transition");
    assert_eq!((&refused.json()["from"], &refused.json()["to"]), (&json!("pending"), &json!("shipped")));
    let forbidden = TestRequest::post().uri(&uri).insert_header(customer).set_payload("{");
    assert_eq!(shop.send(forbidden).await.problem(403), "forbidden");
}
