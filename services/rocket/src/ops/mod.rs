//! What operators and tools call.

pub mod observe;

use std::time::Duration;

use diesel::sql_types::Integer;
use diesel::{IntoSql, select};
use diesel_async::RunQueryDsl;
use prometheus::TextEncoder;
use rocket::State;
use rocket::fairing::AdHoc;
use rocket::http::ContentType;
use serde::Serialize;
use tokio::time::timeout;

use crate::platform::problem::INTERNAL_ERROR;
use crate::platform::{Db, Json, Problem, Result};

const READY_WITHIN: Duration = Duration::from_secs(2);
const CONTRACT: &[u8] = include_bytes!("../../../../contract/openapi.yaml");

pub fn stage() -> AdHoc {
    AdHoc::on_ignite("ops", |rocket| async { rocket.mount("/", routes![liveness, readiness, metrics, contract]) })
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

#[get("/healthz")]
fn liveness() -> Json<Health> {
    Json(Health { status: "ok" })
}

#[get("/readyz")]
async fn readiness(db: &State<Db>) -> Result<Json<Health>> {
    let asked =
        async { select(1.into_sql::<Integer>()).get_result::<i32>(&mut db.get().await?).await.map_err(Problem::from) };
    timeout(READY_WITHIN, asked).await.unwrap_or_else(|_| Err(Problem::unavailable()))?;
    Ok(Json(Health { status: "ready" }))
}

#[get("/metrics")]
fn metrics() -> Result<(ContentType, String)> {
    let text = TextEncoder::new().encode_to_string(&prometheus::gather()).map_err(|_| INTERNAL_ERROR)?;
    Ok((ContentType::new("text", "plain").with_params([("version", "0.0.4"), ("charset", "utf-8")]), text))
}

#[get("/openapi.yaml")]
fn contract() -> (ContentType, &'static [u8]) {
    (ContentType::new("application", "yaml"), CONTRACT)
}
