use std::time::Duration;

use actix_http::Request;
use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{Error, rt, web};
use serde_json::{Value, json};
use shop::configuration::ServeSettings;
use shop::events::hub::Hub;
use shop::platform::auth::{Role, Tokens};
use shop::platform::database;
use shop::startup::{Shared, app};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;
use uuid::Uuid;

const SECRET: &str = "a secret of thirty-two bytes or more";
pub const WEBHOOK_KEY: &[u8] = b"a key of twenty-four bytes";

static MIGRATED: OnceCell<()> = OnceCell::const_new();

/// The service, and what a test asks beside it.
pub struct Shop<S> {
    service: S,
    pub pool: PgPool,
    hub: web::Data<Hub>,
    database: PgConnectOptions,
    tokens: Tokens,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The code of a problem.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(
            (self.status.as_u16(), self.header("content-type")),
            (status, "application/problem+json"),
            "{}",
            self.text
        );
        self.json()["type"].as_str().and_then(|code| code.rsplit('/').next()).unwrap_or_default().to_owned()
    }
}

/// `None` without a database: `let Some(shop) = shop().await else { return };`
pub async fn shop() -> Option<Shop<impl Service<Request, Response = ServiceResponse<impl MessageBody>, Error = Error>>>
{
    let Some(url) = std::env::var("DATABASE_URL").ok().filter(|url| !url.is_empty()) else {
        eprintln!("skipped: set DATABASE_URL to an empty database, as `make check SERVICE=actix` does");
        return None;
    };
    let settings = ServeSettings {
        database: url.parse().expect("DATABASE_URL"),
        pool_size: 4,
        host: "127.0.0.1".to_owned(),
        port: 0,
        jwt_secret: SECRET.to_owned(),
        cursor_secret: SECRET.to_owned(),
        webhook_key: WEBHOOK_KEY.to_vec(),
        ping: Duration::from_secs(1),
    };
    let shared = Shared::new(&settings).expect("what workers share");
    let pool = database::pool(settings.database.clone(), settings.pool_size);
    MIGRATED.get_or_init(async || sqlx::migrate!().run(&pool).await.expect("migrations")).await;
    let hub = shared.hub.clone();
    let service = init_service(app(shared, pool.clone())).await;
    Some(Shop { service, pool, hub, database: settings.database, tokens: Tokens::new(SECRET) })
}

impl<S, B> Shop<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    pub async fn open(&self, request: TestRequest) -> ServiceResponse<B> {
        call_service(&self.service, request.to_request()).await
    }

    pub async fn send(&self, request: TestRequest) -> Answer {
        let response = self.open(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body()).await.unwrap_or_else(|_| panic!("the body broke off"));
        Answer { status, headers, text: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
    }

    /// Runs `work` while the hub listens for events.
    pub async fn listening(&self, work: impl Future<Output = ()>) {
        let listening = rt::spawn(self.hub.clone().into_inner().listen(self.database.clone()));
        work.await;
        self.hub.close();
        listening.await.expect("the hub ends");
    }

    pub fn token(&self, id: Uuid, role: Role) -> (&'static str, String) {
        ("authorization", format!("Bearer {}", self.tokens.issue(id, role).expect("a token")))
    }

    /// The header of an administrator.
    pub fn admin(&self) -> (&'static str, String) {
        self.token(Uuid::nil(), Role::Admin)
    }

    /// The header of a new customer, who has no password.
    pub async fn customer(&self) -> (&'static str, String) {
        let id =
            sqlx::query_scalar("INSERT INTO users (email, password_hash, name) VALUES ($1, '', 'Ada') RETURNING id")
                .bind(email())
                .fetch_one(&self.pool)
                .await
                .expect("a user");
        self.token(id, Role::Customer)
    }

    /// A new product of ten euros, with this stock.
    pub async fn product(&self, stock: i32) -> String {
        let sku = sku();
        let body = json!({"sku": sku, "name": "Notebook", "category": "paper", "price": 1000, "tax_rate_bp": 1900, "stock": stock});
        let created =
            self.send(TestRequest::post().uri("/admin/products").insert_header(self.admin()).set_json(body)).await;
        assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
        sku
    }

    pub async fn put_item(&self, customer: &(&'static str, String), sku: &str, quantity: i32) -> Answer {
        let request = TestRequest::put().uri(&format!("/cart/items/{sku}")).insert_header(customer.clone());
        self.send(request.set_json(json!({"quantity": quantity}))).await
    }

    pub async fn checkout(&self, customer: &(&'static str, String), key: &str, total: i64) -> Answer {
        let request = TestRequest::post().uri("/checkout").insert_header(customer.clone());
        self.send(request.insert_header(("idempotency-key", key)).set_json(json!({"expected_total": total}))).await
    }

    /// An order of one notebook, which costs 1689 cents.
    pub async fn order(&self, customer: &(&'static str, String)) -> Value {
        let sku = self.product(1).await;
        self.put_item(customer, &sku, 1).await;
        let placed = self.checkout(customer, &Uuid::new_v4().to_string(), 1689).await;
        assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text);
        placed.json()
    }
}

pub fn email() -> String {
    format!("{}@shop.example", Uuid::new_v4().simple())
}

pub fn sku() -> String {
    Uuid::new_v4().simple().to_string().to_uppercase()
}
