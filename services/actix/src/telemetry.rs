//! Logs: one JSON object a line.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use tracing::level_filters::LevelFilter;
use tracing::{Level, Span};
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Libraries may not write below `warn`: what they say there might hold what a client sent.
pub fn init(level: LevelFilter) -> anyhow::Result<()> {
    let targets = Targets::new().with_default(level.min(LevelFilter::WARN)).with_target("shop", level);
    let lines = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
    Ok(tracing_subscriber::registry().with(targets).with(lines).try_init()?)
}

/// The span of a request. It has no query and no header, which may hold secrets.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().map(ToString::to_string);
        tracing::info_span!("request", id, method = %request.method(), path = request.path())
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        if let Ok(response) = outcome {
            let _entered = span.enter();
            tracing::event!(Level::DEBUG, status = response.status().as_u16(), "answered");
        }
    }
}
