//! Metrics (OPS-4) and one line of the log for each request.

use std::time::Instant;

use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts, Registry, TextEncoder};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Method;
use rocket::{Data, Request, Response};
use tracing::debug;

/// Counts and times requests; a clone of it is the managed state that `/metrics` shows.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    durations: HistogramVec,
}

/// When the request came, and its method: for HEAD Rocket changes it to GET on the way.
struct Arrival(Instant, Method);

impl Metrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests =
            IntCounterVec::new(Opts::new("http_requests_total", "Requests"), &["method", "route", "status"])?;
        let durations =
            HistogramVec::new(HistogramOpts::new("http_request_duration_seconds", "Their time"), &["method", "route"])?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(durations.clone()))?;
        Ok(Self { registry, requests, durations })
    }

    pub fn text(&self) -> Result<String, prometheus::Error> {
        TextEncoder::new().encode_to_string(&self.registry.gather())
    }
}

#[rocket::async_trait]
impl Fairing for Metrics {
    fn info(&self) -> Info {
        Info { name: "metrics", kind: Kind::Request | Kind::Response }
    }

    async fn on_request(&self, request: &mut Request<'_>, _: &mut Data<'_>) {
        request.local_cache(|| Arrival(Instant::now(), request.method()));
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let Arrival(since, method) = request.local_cache(|| Arrival(Instant::now(), request.method()));
        let template = request.route().map(|route| route.uri.path().replace('<', "{").replace('>', "}"));
        let route = template.as_deref().unwrap_or("unmatched");
        let status = response.status().code;
        let took = since.elapsed();
        self.requests.with_label_values(&[method.as_str(), route, &status.to_string()]).inc();
        self.durations.with_label_values(&[method.as_str(), route]).observe(took.as_secs_f64());
        debug!(%method, route, status, ms = took.as_millis(), "request");
    }
}
