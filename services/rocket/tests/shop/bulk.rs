use rocket::http::{ContentType, Status};
use serde_json::{Value, json};

use crate::kit::{Shop, bearer, shop, told, unique};

async fn import(shop: &Shop, lines: &str) -> (Status, Value) {
    let request = shop.client.post("/admin/products/import").header(bearer(&shop.admin()));
    told(request.header(ContentType::new("application", "x-ndjson")).body(lines).dispatch().await).await
}

#[rocket::async_test]
async fn imports_what_it_exports_and_all_or_nothing() {
    let Some(shop) = shop().await else { return };
    let (one, two) = (unique("B-"), unique("A-"));
    let line = |sku: &str, price: i64| {
        json!({"sku": sku, "name": "Thing", "category": "bulk", "price": price, "tax_rate_bp": 0, "stock": 7})
            .to_string()
    };
    let good = format!("{}\r\n\n{}", line(&one, 5), line(&two, 6));
    assert_eq!(import(&shop, &good).await, (Status::Ok, json!({"created": 2, "updated": 0, "unchanged": 0})));
    let changed = format!("{}\n{}\n", line(&one, 5), line(&two, 7));
    assert_eq!(import(&shop, &changed).await, (Status::Ok, json!({"created": 0, "updated": 1, "unchanged": 1})));

    let export = shop.client.get("/admin/products/export").header(bearer(&shop.admin())).dispatch().await;
    let text = export.into_string().await.expect("an export");
    let mine = text.lines().filter(|line| line.contains(&one) || line.contains(&two)).collect::<Vec<_>>().join("\n");
    assert_eq!(import(&shop, &mine).await, (Status::Ok, json!({"created": 0, "updated": 0, "unchanged": 2})));

    let bad = format!("{}\n{{\"sku\": 1}}\nnonsense\n{}", line(&one, 9), line(&one, 9));
    let (status, problem) = import(&shop, &bad).await;
    assert_eq!((status, &problem["error_count"]), (Status::UnprocessableEntity, &json!(3)));
    assert_eq!(problem["errors"][1], json!({"line": 3, "pointer": "", "code": "malformed"}));
    assert_eq!(problem["errors"][2], json!({"line": 4, "pointer": "/sku", "code": "duplicate"}));
    let (_, product) = told(shop.client.get(format!("/products/{one}")).dispatch().await).await;
    assert_eq!(product["price"], json!(5));
}
