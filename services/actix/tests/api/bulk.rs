use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::helpers::{shop, sku};

fn line(sku: &str) -> Value {
    json!({"sku": sku, "name": "Pen", "category": "pens", "price": 250, "tax_rate_bp": 1900, "stock": 7})
}

#[actix_web::test]
async fn what_is_exported_can_be_imported() {
    let Some(shop) = shop().await else { return };
    let import = |text: String| {
        let request = TestRequest::post().uri("/admin/products/import").insert_header(shop.admin());
        request.insert_header(("content-type", "application/x-ndjson")).set_payload(text)
    };
    let (first, second) = (sku(), sku());
    let text = format!("{}\r\n\n{}", line(&first), line(&second));
    let imported = shop.send(import(text.clone())).await;
    assert_eq!(imported.json(), json!({"created": 2, "updated": 0, "unchanged": 0}));
    let dearer = text.replace("250", "260").replace("\"stock\":7", "\"stock\":9");
    assert_eq!(shop.send(import(dearer)).await.json(), json!({"created": 0, "updated": 2, "unchanged": 0}));

    let exported = shop.send(TestRequest::get().uri("/admin/products/export").insert_header(shop.admin())).await;
    let own: Vec<&str> = exported.text.lines().filter(|line| line.contains(&first) || line.contains(&second)).collect();
    assert!(own.iter().all(|line| line.contains("\"stock\":7,")), "stock is left alone");
    let again = shop.send(import(own.join("\n"))).await;
    assert_eq!(again.json(), json!({"created": 0, "updated": 0, "unchanged": 2}));
}

#[actix_web::test]
async fn one_bad_line_refuses_all() {
    let Some(shop) = shop().await else { return };
    let (good, long) = (sku(), "x".repeat((1 << 20) + 1));
    let lines =
        [line(&good).to_string(), "[]".to_owned(), long, line(&good).to_string(), line("a").to_string(), String::new()];
    let request = TestRequest::post().uri("/admin/products/import").insert_header(shop.admin());
    let refused =
        shop.send(request.insert_header(("content-type", "application/x-ndjson")).set_payload(lines.join("\n"))).await;
    assert_eq!(refused.problem(422), "import_failed");
    assert_eq!(
        refused.json()["errors"],
        json!([
            {"line": 2, "pointer": "", "code": "malformed"},
            {"line": 3, "pointer": "", "code": "malformed"},
            {"line": 4, "pointer": "/sku", "code": "duplicate"},
            {"line": 5, "pointer": "/sku", "code": "format"},
        ])
    );
    assert_eq!(shop.send(TestRequest::get().uri(&format!("/products/{good}"))).await.problem(404), "not_found");
    let many = TestRequest::post().uri("/admin/products/import").insert_header(shop.admin());
    let many = many.insert_header(("content-type", "application/x-ndjson")).set_payload("\n".repeat(50_001));
    assert_eq!(shop.send(many).await.problem(413), "body_too_large");
}
