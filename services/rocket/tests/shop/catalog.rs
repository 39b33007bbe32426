use rocket::http::{Header, Status};
use serde_json::json;

use crate::kit::{code, shop, told};

#[rocket::async_test]
async fn reads_a_product_unless_it_is_known() {
    let Some(shop) = shop().await else { return };
    let sku = shop.product(1290, 3).await;
    let answer = shop.client.get(format!("/products/{sku}")).dispatch().await;
    assert_eq!(answer.headers().get_one("ETag"), Some("\"1\""));
    assert_eq!(answer.headers().get_one("Cache-Control"), Some("no-cache"));
    let (_, product) = told(answer).await;
    assert_eq!((&product["price"], &product["attributes"]), (&json!(1290), &json!({})));
    let known = Header::new("If-None-Match", "W/\"1\"");
    let answer = shop.client.get(format!("/products/{sku}")).header(known).dispatch().await;
    assert_eq!(answer.status(), Status::NotModified);
}

#[rocket::async_test]
async fn cuts_pages_and_refuses_wrong_queries() {
    let Some(shop) = shop().await else { return };
    let (first, second) = (shop.product(4_000_001, 1).await, shop.product(4_000_002, 1).await);
    let answer = shop.client.get("/products?sort=price&price_min=4000001&limit=1").dispatch().await;
    let link = answer.headers().get_one("Link").expect("a link").to_owned();
    let (_, page) = told(answer).await;
    assert_eq!(page["items"][0]["sku"], json!(first));
    let target = link.trim_start_matches('<').split('>').next().expect("a target").to_owned();
    let (_, page) = told(shop.client.get(target).dispatch().await).await;
    assert_eq!(page["items"][0]["sku"], json!(second));
    for (query, parameter) in [
        ("limit=0", "limit"),
        ("limit[]=1", "limit[]"),
        ("sort=Price", "sort"),
        ("in_stock=on", "in_stock"),
        ("_method=DELETE", "_method"),
        ("q=a&q=b", "q"),
        ("q=%zz", "q"),
        ("category=", "category"),
    ] {
        let (status, problem) = told(shop.client.get(format!("/products?{query}")).dispatch().await).await;
        assert_eq!((status, code(&problem)), (Status::BadRequest, "invalid_query"), "{query}");
        assert_eq!(problem["errors"][0]["parameter"], json!(parameter), "{query}");
    }
}
