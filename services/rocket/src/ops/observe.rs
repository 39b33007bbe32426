//! Metrics (OPS-4) and one line of the log for each request.

use std::sync::LazyLock;
use std::time::Instant;

use prometheus::{HistogramVec, IntCounterVec, register_histogram_vec, register_int_counter_vec};
use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Method;
use rocket::{Data, Request, Response};
use tracing::debug;

static REQUESTS: LazyLock<IntCounterVec> = LazyLock::new(|| {
    register_int_counter_vec!("http_requests_total", "Requests", &["method", "route", "status"]).expect("a counter")
});
static DURATIONS: LazyLock<HistogramVec> = LazyLock::new(|| {
    register_histogram_vec!("http_request_duration_seconds", "Their time", &["method", "route"]).expect("a histogram")
});

/// Counts and times requests.
pub struct Metrics;

/// When the request came, and its method: for HEAD Rocket changes it to GET on the way.
struct Arrival(Instant, Method);

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
        REQUESTS.with_label_values(&[method.as_str(), route, &status.to_string()]).inc();
        DURATIONS.with_label_values(&[method.as_str(), route]).observe(took.as_secs_f64());
        debug!(%method, route, status, ms = took.as_millis(), "request");
    }
}
