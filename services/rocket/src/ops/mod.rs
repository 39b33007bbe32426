//! What operators and tools call.

use std::time::Duration;

use diesel::sql_types::Integer;
use diesel::{IntoSql, select};
use diesel_async::RunQueryDsl;
use rocket::http::ContentType;
use rocket::serde::json::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use tokio::time::timeout;

use crate::platform::database::Db;
use crate::platform::observe::Metrics;
use crate::platform::problem::{INTERNAL_ERROR, Problem};

const READY_WITHIN: Duration = Duration::from_secs(2);
const CONTRACT: &[u8] = include_bytes!("../../../../contract/openapi.yaml");

pub fn routes() -> Vec<Route> {
    routes![liveness, readiness, metrics, contract]
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
async fn readiness(db: &State<Db>) -> Result<Json<Health>, Problem> {
    let asked =
        async { select(1.into_sql::<Integer>()).get_result::<i32>(&mut db.get().await?).await.map_err(Problem::from) };
    timeout(READY_WITHIN, asked).await.unwrap_or_else(|_| Err(Problem::unavailable()))?;
    Ok(Json(Health { status: "ready" }))
}

#[get("/metrics")]
fn metrics(metrics: &State<Metrics>) -> Result<(ContentType, String), Problem> {
    let text = metrics.text().map_err(|_| INTERNAL_ERROR)?;
    Ok((ContentType::new("text", "plain").with_params([("version", "0.0.4"), ("charset", "utf-8")]), text))
}

#[get("/openapi.yaml")]
fn contract() -> (ContentType, &'static [u8]) {
    (ContentType::new("application", "yaml"), CONTRACT)
}
