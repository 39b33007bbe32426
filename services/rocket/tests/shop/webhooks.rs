use base64::prelude::*;
use hmac::Mac;
use rocket::http::{Header, Status};
use serde_json::{Value, json};
use shop::platform::hmac;

use crate::kit::{Shop, WEBHOOK_SECRET, bearer, shop, told, unique};

async fn deliver(shop: &Shop, id: &str, event: &Value) -> (Status, Value) {
    let body = event.to_string();
    let timestamp = time::OffsetDateTime::now_utc().unix_timestamp().to_string();
    let key = BASE64_STANDARD.decode(WEBHOOK_SECRET.trim_start_matches("whsec_")).expect("a key");
    let mac = hmac(&key).chain_update(format!("{id}.{timestamp}.{body}")).finalize().into_bytes();
    let request = shop.client.post("/webhooks/payments").body(&body);
    let request = request.header(Header::new("webhook-id", id.to_owned()));
    let request = request.header(Header::new("webhook-timestamp", timestamp));
    let signature = format!("v0,abc v1,{}", BASE64_STANDARD.encode(mac));
    told(request.header(Header::new("webhook-signature", signature)).dispatch().await).await
}

#[rocket::async_test]
async fn a_payment_counts_once() {
    let Some(shop) = shop().await else { return };
    let (_, token) = shop.customer().await;
    let sku = shop.product(6000, 5).await;
    let cart = shop.put_in_cart(&token, &sku, 1).await;
    let order = shop.order(&token, &cart["total"]).await;
    let data = json!({"order_id": order["id"], "payment_id": "p", "amount": order["total"], "currency": "EUR"});
    let paid = json!({"type": "payment.succeeded", "data": data});
    let id = unique("evt_");
    assert_eq!(deliver(&shop, &id, &paid).await, (Status::Ok, json!({"result": "applied"})));
    assert_eq!(deliver(&shop, &id, &paid).await, (Status::Ok, json!({"result": "duplicate"})));
    let failed = json!({"type": "payment.failed", "data": data});
    assert_eq!(deliver(&shop, &unique("evt_"), &failed).await, (Status::Ok, json!({"result": "ignored"})));
    let mut wrong = paid.clone();
    wrong["data"]["amount"] = json!(1);
    assert_eq!(deliver(&shop, &unique("evt_"), &wrong).await.0, Status::UnprocessableEntity);
    let path = format!("/orders/{}", order["id"].as_str().expect("an id"));
    let (_, order) = told(shop.client.get(path).header(bearer(&token)).dispatch().await).await;
    assert_eq!((&order["status"], &order["payment_status"]), (&json!("paid"), &json!("succeeded")));
    let unsigned = shop.client.post("/webhooks/payments").body("{}").dispatch().await;
    assert_eq!(unsigned.headers().get_one("WWW-Authenticate"), Some("Webhook-Signature"));
}
