use rocket::http::{ContentType, Header, Status};
use rocket::tokio::io::{AsyncBufReadExt, BufReader};
use serde_json::{Value, json};

use crate::kit::{bearer, shop, told};

#[rocket::async_test]
async fn streams_what_happens_and_resumes() {
    let Some(shop) = shop().await else { return };
    let sku = shop.product(100, 1).await;
    let stream = shop.client.get("/events?topic=stock").dispatch().await;
    assert_eq!((stream.status(), stream.content_type()), (Status::Ok, Some(ContentType::EventStream)));
    let mut lines = BufReader::new(stream).lines();
    let retry = lines.next_line().await.expect("a stream").expect("a line");
    assert!(retry.starts_with("retry:") || retry.starts_with(':'));
    let request = shop.client.post(format!("/admin/products/{sku}/stock")).header(bearer(&shop.admin()));
    shop.send(request, json!({"delta": 4})).await;
    let mut id = String::new();
    loop {
        let line = lines.next_line().await.expect("a stream").expect("a line");
        if let Some(told) = line.strip_prefix("id:") {
            told.trim().clone_into(&mut id);
        }
        let Some(data) = line.strip_prefix("data:") else {
            continue;
        };
        let data: Value = serde_json::from_str(data).expect("JSON");
        if data["sku"] == json!(sku) {
            assert_eq!(data["stock"], json!(5));
            break;
        }
    }
    let last = id.parse::<i64>().expect("an id") - 1;
    let request = shop.client.get("/events?topic=stock").header(Header::new("Last-Event-ID", last.to_string()));
    let mut lines = BufReader::new(request.dispatch().await).lines();
    while lines.next_line().await.expect("a stream").expect("a line") != format!("id:{id}") {}
    for (query, header, status) in [
        ("topic=orders", "1", Status::Unauthorized),
        ("topic=nothing", "1", Status::BadRequest),
        ("topic=stock", "one", Status::BadRequest),
    ] {
        let request = shop.client.get(format!("/events?{query}")).header(Header::new("Last-Event-ID", header));
        assert_eq!(told(request.dispatch().await).await.0, status, "{query}");
    }
}
