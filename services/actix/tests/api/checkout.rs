use serde_json::json;

use crate::helpers::shop;

#[actix_web::test]
async fn a_cart_is_ordered_once() {
    let Some(shop) = shop().await else { return };
    let customer = shop.customer().await;
    let product = shop.product(2).await;
    shop.put_item(&customer, &product, 2).await;
    let changed = shop.checkout(&customer, "key", 1).await;
    assert_eq!((changed.problem(409).as_str(), &changed.json()["total"]), ("total_changed", &json!(2879)));
    let placed = shop.checkout(&customer, "key", 2879).await;
    assert_eq!((placed.status.as_u16(), placed.header("etag")), (201, "\"1\""));
    let again = shop.checkout(&customer, "\"key\"", 2879).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed"), &again.text), (201, "true", &placed.text));
    assert_eq!(again.header("location"), placed.header("location"));
    assert_eq!(shop.checkout(&customer, "key", 2880).await.problem(422), "idempotency_key_reused");
    assert_eq!(shop.checkout(&customer, "another", 2879).await.problem(409), "cart_empty");
    assert_eq!(shop.checkout(&customer, "", 2879).await.problem(400), "idempotency_key_invalid");
    let left: i32 = sqlx::query_scalar("SELECT stock FROM products WHERE sku = $1")
        .bind(&product)
        .fetch_one(&shop.pool)
        .await
        .expect("a row");
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn short_stock_is_told_line_by_line() {
    let Some(shop) = shop().await else { return };
    let customer = shop.customer().await;
    let product = shop.product(1).await;
    shop.put_item(&customer, &product, 2).await;
    let short = shop.checkout(&customer, "key", 2879).await;
    assert_eq!(short.problem(409), "insufficient_stock");
    assert_eq!(short.json()["lines"], json!([{"sku": product, "requested": 2, "available": 1}]));
}
