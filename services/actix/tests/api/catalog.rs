use actix_web::test::TestRequest;
use serde_json::json;

use crate::helpers::shop;

#[actix_web::test]
async fn a_product_is_read_and_revalidated() {
    let Some(shop) = shop().await else { return };
    let uri = format!("/products/{}", shop.product(3).await);
    let product = shop.send(TestRequest::get().uri(&uri)).await;
    assert_eq!(
        (product.status.as_u16(), product.header("etag"), product.header("cache-control")),
        (200, "\"1\"", "no-cache")
    );
    assert_eq!((&product.json()["description"], &product.json()["attributes"]), (&json!(null), &json!({})));
    let head = shop.send(TestRequest::default().method("HEAD".parse().expect("a method")).uri(&uri)).await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (200, "\"1\""));
    for (list, status) in [("W/\"1\"", 304), ("\"2\" ,, \"1\"", 304), ("*", 304), ("\"2\"", 200), ("1", 200)] {
        let again = shop.send(TestRequest::get().uri(&uri).insert_header(("if-none-match", list))).await;
        assert_eq!(again.status.as_u16(), status, "{list}");
    }
    for unknown in ["/products/NONE", "/products/none", "/products/%2F", "/products/%00"] {
        assert_eq!(shop.send(TestRequest::get().uri(unknown)).await.problem(404), "not_found", "{unknown}");
    }
}

#[actix_web::test]
async fn a_list_is_cut_into_pages() {
    let Some(shop) = shop().await else { return };
    let mut skus = vec![shop.product(1).await, shop.product(1).await, shop.product(0).await];
    sqlx::query("UPDATE products SET category = 'pages' WHERE sku = ANY($1)")
        .bind(&skus)
        .execute(&shop.pool)
        .await
        .expect("an update");
    let mut uri = "/products?category=pages&limit=2".to_owned();
    let mut seen = vec![];
    loop {
        let page = shop.send(TestRequest::get().uri(&uri)).await;
        let items = page.json()["items"].as_array().expect("items").clone();
        seen.extend(items.iter().map(|item| item["sku"].as_str().expect("a sku").to_owned()));
        let Some(link) = page.header("link").strip_prefix('<') else { break };
        uri = link.split('>').next().expect("a target").to_owned();
    }
    skus.reverse();
    assert_eq!(seen, skus, "the newest first");
    let in_stock = shop.send(TestRequest::get().uri("/products?category=pages&in_stock=false&sort=name")).await;
    assert_eq!(in_stock.json()["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_query_is_strict() {
    let Some(shop) = shop().await else { return };
    for (query, parameter, code) in [
        ("x=1", "x", "unknown"),
        ("limit=1&limit=1", "limit", "duplicate"),
        ("limit=0", "limit", "out_of_range"),
        ("limit=x", "limit", "format"),
        ("category=", "category", "too_short"),
        ("q=%FF", "q", "format"),
        ("sort=best", "sort", "format"),
    ] {
        let refused = shop.send(TestRequest::get().uri(&format!("/products?{query}"))).await;
        assert_eq!(refused.problem(400), "invalid_query", "{query}");
        assert_eq!(refused.json()["errors"], json!([{"parameter": parameter, "code": code}]), "{query}");
    }
    assert_eq!(shop.send(TestRequest::get().uri("/products?cursor=x")).await.problem(400), "invalid_cursor");
}
