use std::time::Duration;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, Responder, web};
use anyhow::{Context, anyhow};
use serde_json::json;
use sqlx::PgPool;
use tokio::time::timeout;

use crate::platform::metrics::Metrics;
use crate::platform::{Problem, Result};

const READY_WITHIN: Duration = Duration::from_secs(2);

pub async fn liveness() -> impl Responder {
    web::Json(json!({"status": "ok"}))
}

pub async fn readiness(pool: web::Data<PgPool>) -> Result<impl Responder> {
    match timeout(READY_WITHIN, sqlx::query_scalar!("SELECT 1").fetch_one(pool.as_ref())).await {
        Ok(answer) => answer.map_err(|error| Problem::ServiceUnavailable(error.into()))?,
        Err(_) => return Err(Problem::ServiceUnavailable(anyhow!("the database does not answer"))),
    };
    Ok(web::Json(json!({"status": "ready"})))
}

pub async fn metrics(metrics: web::Data<Metrics>) -> Result<impl Responder> {
    let text = metrics.text().context("metrics")?;
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/plain; version=0.0.4")).body(text))
}

pub async fn contract() -> impl Responder {
    let text = include_str!("../../../../contract/openapi.yaml");
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/yaml")).body(text)
}
