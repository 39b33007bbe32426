//! What the tests of endpoints stand on.

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use rocket::http::{ContentType, Header, Status};
use rocket::local::asynchronous::{Client, LocalRequest, LocalResponse};
use serde_json::{Value, json};
use shop::platform::{Db, Settings, Tokens, Variables};

pub const WEBHOOK_SECRET: &str = "whsec_ZGV2ZWxvcG1lbnQtd2ViaG9vay1zZWNyZXQtMDE=";
pub const PASSWORD: &str = "correct horse battery";
const ADMIN: &str = "admin@shop.example";

/// The service on the test database; none without one, and then the test says so and ends.
pub async fn shop() -> Option<Shop> {
    let Ok(url) = env::var("DATABASE_URL") else {
        eprintln!("skipped: DATABASE_URL names no database; `make check SERVICE=rocket` gives an empty one");
        return None;
    };
    let variables = Variables(&|name| match name {
        "DATABASE_URL" => Some(url.clone()),
        "JWT_SECRET" | "CURSOR_SECRET" => Some(format!("{name}-of-the-tests-0123456789abcdef")),
        "WEBHOOK_SECRET" => Some(WEBHOOK_SECRET.to_owned()),
        _ => None,
    });
    let settings = Settings::read(variables).expect("settings");
    shop::migrations::run(&url).await.expect("migrations");
    let db = Db::new(&url, 5).expect("a pool");
    shop::accounts::ensure_admin(&db, ADMIN, PASSWORD.to_owned()).await.expect("an administrator");
    let rocket = shop::rocket(&settings, db);
    Some(Shop { client: Client::untracked(rocket).await.expect("a client") })
}

pub struct Shop {
    pub client: Client,
}

/// A name that no other test has.
pub fn unique(prefix: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}{}X{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

pub fn bearer(token: &str) -> Header<'static> {
    Header::new("Authorization", format!("Bearer {token}"))
}

/// The status and the document of an answer.
pub async fn told(response: LocalResponse<'_>) -> (Status, Value) {
    let status = response.status();
    let text = response.into_string().await.unwrap_or_default();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// The last part of a problem's type.
pub fn code(problem: &Value) -> &str {
    problem["type"].as_str().and_then(|text| text.rsplit('/').next()).unwrap_or_default()
}

impl Shop {
    pub async fn send(&self, request: LocalRequest<'_>, body: Value) -> (Status, Value) {
        told(request.header(ContentType::JSON).body(body.to_string()).dispatch().await).await
    }

    async fn log_in(&self, email: &str) -> String {
        let credentials = json!({"email": email, "password": PASSWORD});
        let (status, pair) = self.send(self.client.post("/auth/login"), credentials).await;
        assert_eq!(status, Status::Ok);
        pair["access_token"].as_str().expect("a token").to_owned()
    }

    /// A new customer's e-mail and token.
    pub async fn customer(&self) -> (String, String) {
        let email = format!("{}@example.com", unique("ada").to_lowercase());
        let account = json!({"email": email, "password": PASSWORD, "name": "Ada"});
        let (status, _) = self.send(self.client.post("/auth/register"), account).await;
        assert_eq!(status, Status::Created);
        let token = self.log_in(&email).await;
        (email, token)
    }

    /// A token of role admin. It is not logged in for: five tests at once would meet the rate limit.
    pub fn admin(&self) -> String {
        let tokens = self.client.rocket().state::<Tokens>().expect("tokens");
        tokens.issue(uuid::Uuid::nil(), "admin").expect("a token")
    }

    /// A new product's sku.
    pub async fn product(&self, price: i64, stock: i64) -> String {
        let sku = unique("SKU-");
        let product = json!({"sku": sku, "name": "Thing", "category": "things", "price": price, "tax_rate_bp": 1900, "stock": stock});
        let request = self.client.post("/admin/products").header(bearer(&self.admin()));
        let (status, _) = self.send(request, product).await;
        assert_eq!(status, Status::Created);
        sku
    }

    pub async fn put_in_cart(&self, token: &str, sku: &str, quantity: i64) -> Value {
        let request = self.client.put(format!("/cart/items/{sku}")).header(bearer(token));
        let (status, cart) = self.send(request, json!({"quantity": quantity})).await;
        assert_eq!(status, Status::Ok);
        cart
    }

    /// Orders what is in the cart.
    pub async fn order(&self, token: &str, total: &Value) -> Value {
        let request = self.client.post("/checkout").header(bearer(token));
        let request = request.header(Header::new("Idempotency-Key", unique("key")));
        let (status, order) = self.send(request, json!({"expected_total": total})).await;
        assert_eq!(status, Status::Created);
        order
    }
}
