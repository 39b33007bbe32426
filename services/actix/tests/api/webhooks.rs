use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::test::TestRequest;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use uuid::Uuid;

use crate::helpers::{WEBHOOK_KEY, shop};

fn signed(id: &str, body: &Value) -> TestRequest {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let mac = Hmac::<Sha256>::new_from_slice(WEBHOOK_KEY).expect("a key").chain_update(format!("{id}.{now}.{body}"));
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    TestRequest::post()
        .uri("/webhooks/payments")
        .insert_header(("webhook-id", id))
        .insert_header(("webhook-timestamp", now))
        .insert_header(("webhook-signature", format!("v2,x v1,{signature}")))
        .set_payload(body.to_string())
}

#[actix_web::test]
async fn a_payment_counts_once_and_never_falls_back() {
    let Some(shop) = shop().await else { return };
    let customer = shop.customer().await;
    let order = shop.order(&customer).await;
    let event = |kind: &str, amount: i64| json!({"type": kind, "data": {"order_id": order["id"], "payment_id": "p", "amount": amount, "currency": "EUR"}});
    let (id, later) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
    assert_eq!(shop.send(signed(&id, &event("payment.succeeded", 1))).await.problem(422), "webhook_rejected");
    let paid = event("payment.succeeded", 1689);
    assert_eq!(shop.send(signed(&id, &paid)).await.json(), json!({"result": "applied"}));
    assert_eq!(shop.send(signed(&id, &paid)).await.json(), json!({"result": "duplicate"}));
    assert_eq!(shop.send(signed(&later, &event("payment.failed", 1689))).await.json(), json!({"result": "ignored"}));
    let uri = format!("/orders/{}", order["id"].as_str().expect("an id"));
    let read = shop.send(TestRequest::get().uri(&uri).insert_header(customer)).await.json();
    assert_eq!((&read["status"], &read["payment_status"]), (&json!("paid"), &json!("succeeded")));
}

#[actix_web::test]
async fn what_is_not_genuine_is_refused() {
    let Some(shop) = shop().await else { return };
    let forged = signed("id", &json!({})).insert_header(("webhook-signature", "v1,x"));
    let refused = shop.send(forged).await;
    assert_eq!(
        (refused.problem(401).as_str(), refused.header("www-authenticate")),
        ("webhook_verification_failed", "Webhook-Signature")
    );
    let twice = signed("id", &json!({})).append_header(("webhook-id", "id"));
    assert_eq!(shop.send(twice).await.problem(401), "webhook_verification_failed");
    for body in [json!({}), json!({"type": 1}), json!({"type": "payment.failed", "data": ["x"]})] {
        assert_eq!(
            shop.send(signed(&Uuid::new_v4().to_string(), &body)).await.problem(422),
            "webhook_rejected",
            "{body}"
        );
    }
}
