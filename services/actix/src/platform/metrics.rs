//! Prometheus counters, and the middleware that feeds them.

use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::{Error, web};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};

#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
}

impl Metrics {
    pub fn new() -> prometheus::Result<Self> {
        let requests = Opts::new("http_requests_total", "Requests answered.");
        let durations = HistogramOpts::new("http_request_duration_seconds", "Time to the head of the answer.");
        let metrics = Self {
            registry: Registry::new(),
            requests: IntCounterVec::new(requests, &["method", "route", "status"])?,
            durations: HistogramVec::new(durations, &["method", "route"])?,
        };
        metrics.registry.register(Box::new(metrics.requests.clone()))?;
        metrics.registry.register(Box::new(metrics.durations.clone()))?;
        Ok(metrics)
    }

    pub fn text(&self) -> prometheus::Result<String> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

/// Counts and times each request by the template of its route.
pub async fn observe<B: MessageBody>(
    metrics: web::Data<Metrics>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let response = next.call(request).await?;
    let request = response.request();
    let method = match *request.method() {
        Method::GET | Method::HEAD | Method::POST | Method::PUT | Method::PATCH | Method::DELETE | Method::OPTIONS => {
            request.method().as_str()
        }
        _ => "other", // a client can invent methods without end
    };
    let pattern = request.match_pattern();
    let route = pattern.as_deref().unwrap_or("unmatched");
    metrics.requests.with_label_values(&[method, route, response.status().as_str()]).inc();
    metrics.durations.with_label_values(&[method, route]).observe(started.elapsed().as_secs_f64());
    Ok(response)
}
