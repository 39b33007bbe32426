//! Every refusal, as problem details (RFC 9457).

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use super::database;
use crate::orders::Status;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A wrong member of a body, by its JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    pub pointer: String,
    pub code: Cow<'static, str>,
}

/// A wrong parameter of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParameterFault {
    pub parameter: String,
    pub code: Cow<'static, str>,
}

/// A fault in a line of an import; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineFault {
    pub line: usize,
    #[serde(flatten)]
    pub fault: Fault,
}

/// A line of a cart that cannot be ordered.
#[derive(Debug, Serialize)]
pub struct StockLine {
    pub sku: String,
    pub requested: i32,
    pub available: i32,
}

/// The catalogue of `contract/problems.yaml`. What a variant displays is the `detail`.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    #[error("The body is not one strict JSON object.")]
    MalformedJson,
    #[error("A parameter of the query is wrong.")]
    InvalidQuery(Vec<ParameterFault>),
    #[error("The cursor was not made for this list.")]
    InvalidCursor,
    #[error("Last-Event-ID is not a number of at most 18 digits.")]
    InvalidHeader,
    #[error("Send an Idempotency-Key.")]
    IdempotencyKeyMissing,
    #[error("The Idempotency-Key has 1 to 255 printable ASCII characters.")]
    IdempotencyKeyInvalid,
    #[error("Send a valid access token.")]
    Unauthenticated,
    #[error("E-mail or password is wrong.")]
    InvalidCredentials,
    #[error("Log in again.")]
    InvalidRefreshToken,
    #[error("The event could not be verified.")]
    WebhookVerificationFailed,
    #[error("Only administrators may do this.")]
    Forbidden,
    #[error("There is no such resource.")]
    NotFound,
    #[error("No coupon has this code.")]
    CouponNotFound,
    #[error("The path does not have this method.")]
    MethodNotAllowed,
    #[error("A user with this address exists.")]
    EmailTaken,
    #[error("A product with this sku exists.")]
    SkuTaken,
    #[error("A coupon with this code exists.")]
    CodeTaken,
    #[error("The cart has 20 lines; take one out first.")]
    CartFull,
    #[error("There is nothing in the cart.")]
    CartEmpty,
    #[error("The cart holds products that are no longer sold.")]
    ProductUnavailable(Vec<StockLine>),
    #[error("There is less stock than asked for.")]
    InsufficientStock(Vec<StockLine>),
    #[error("The stock would exceed 1,000,000.")]
    StockLimit,
    #[error("The coupon does not apply now.")]
    CouponNotApplicable,
    #[error("The total is {0} now.")]
    TotalChanged(i64),
    #[error("A request with this key is running.")]
    IdempotencyInProgress,
    #[error("The order cannot go from {from} to {to}.")]
    InvalidTransition { from: Status, to: Status },
    #[error("The resource is no longer the one that If-Match names.")]
    PreconditionFailed,
    #[error("The body is too large.")]
    BodyTooLarge,
    #[error("The body must be {0}, without a Content-Encoding.")]
    UnsupportedMediaType(&'static str),
    #[error("Members of the body are wrong.")]
    ValidationFailed(Vec<Fault>),
    #[error("This key was used with another body.")]
    IdempotencyKeyReused,
    #[error("{error_count} faults were found; nothing was imported.")]
    ImportFailed { errors: Vec<LineFault>, error_count: usize },
    #[error("The event does not fit its order.")]
    WebhookRejected,
    #[error("Send If-Match.")]
    PreconditionRequired,
    #[error("Try again in {retry_after} seconds.")]
    RateLimited { policy: String, limit: String, retry_after: i32 },
    #[error("The service failed.")]
    Internal(#[source] anyhow::Error),
    #[error("Try again in a moment.")]
    ServiceUnavailable(#[source] anyhow::Error),
}

/// The members that every problem has, and those that its code adds.
#[derive(Default, Serialize)]
struct Body<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Errors<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<&'a [StockLine]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Status>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Errors<'a> {
    Members(&'a [Fault]),
    Parameters(&'a [ParameterFault]),
    Lines(&'a [LineFault]),
}

impl Problem {
    /// Code, status and title.
    fn entry(&self) -> (&'static str, u16, &'static str) {
        match self {
            Self::MalformedJson => ("malformed_json", 400, "Malformed JSON"),
            Self::InvalidQuery(_) => ("invalid_query", 400, "Invalid query"),
            Self::InvalidCursor => ("invalid_cursor", 400, "Invalid cursor"),
            Self::InvalidHeader => ("invalid_header", 400, "Invalid header"),
            Self::IdempotencyKeyMissing => ("idempotency_key_missing", 400, "Idempotency key missing"),
            Self::IdempotencyKeyInvalid => ("idempotency_key_invalid", 400, "Idempotency key invalid"),
            Self::Unauthenticated => ("unauthenticated", 401, "Not authenticated"),
            Self::InvalidCredentials => ("invalid_credentials", 401, "Invalid credentials"),
            Self::InvalidRefreshToken => ("invalid_refresh_token", 401, "Invalid refresh token"),
            Self::WebhookVerificationFailed => ("webhook_verification_failed", 401, "Webhook verification failed"),
            Self::Forbidden => ("forbidden", 403, "Forbidden"),
            Self::NotFound => ("not_found", 404, "Not found"),
            Self::CouponNotFound => ("coupon_not_found", 404, "Coupon not found"),
            Self::MethodNotAllowed => ("method_not_allowed", 405, "Method not allowed"),
            Self::EmailTaken => ("email_taken", 409, "E-mail taken"),
            Self::SkuTaken => ("sku_taken", 409, "SKU taken"),
            Self::CodeTaken => ("code_taken", 409, "Code taken"),
            Self::CartFull => ("cart_full", 409, "Cart full"),
            Self::CartEmpty => ("cart_empty", 409, "Cart empty"),
            Self::ProductUnavailable(_) => ("product_unavailable", 409, "Product unavailable"),
            Self::InsufficientStock(_) => ("insufficient_stock", 409, "Insufficient stock"),
            Self::StockLimit => ("stock_limit", 409, "Stock limit"),
            Self::CouponNotApplicable => ("coupon_not_applicable", 409, "Coupon not applicable"),
            Self::TotalChanged(_) => ("total_changed", 409, "Total changed"),
            Self::IdempotencyInProgress => ("idempotency_in_progress", 409, "Request in progress"),
            Self::InvalidTransition { .. } => ("invalid_transition", 409, "Invalid transition"),
            Self::PreconditionFailed => ("precondition_failed", 412, "Precondition failed"),
            Self::BodyTooLarge => ("body_too_large", 413, "Body too large"),
            Self::UnsupportedMediaType(_) => ("unsupported_media_type", 415, "Unsupported media type"),
            Self::ValidationFailed(_) => ("validation_failed", 422, "Validation failed"),
            Self::IdempotencyKeyReused => ("idempotency_key_reused", 422, "Idempotency key reused"),
            Self::ImportFailed { .. } => ("import_failed", 422, "Import failed"),
            Self::WebhookRejected => ("webhook_rejected", 422, "Webhook rejected"),
            Self::PreconditionRequired => ("precondition_required", 428, "Precondition required"),
            Self::RateLimited { .. } => ("rate_limited", 429, "Too many requests"),
            Self::Internal(_) => ("internal_error", 500, "Internal error"),
            Self::ServiceUnavailable(_) => ("service_unavailable", 503, "Service unavailable"),
        }
    }

    fn body(&self) -> Body<'_> {
        let (code, status, title) = self.entry();
        let mut body = Body {
            r#type: format!("https://shop.example/problems/{code}"),
            title,
            status,
            detail: self.to_string(),
            ..Body::default()
        };
        match self {
            Self::InvalidQuery(faults) => body.errors = Some(Errors::Parameters(faults)),
            Self::ValidationFailed(faults) => body.errors = Some(Errors::Members(faults)),
            Self::ImportFailed { errors, error_count } => {
                body.errors = Some(Errors::Lines(errors));
                body.error_count = Some(*error_count);
            }
            Self::ProductUnavailable(lines) | Self::InsufficientStock(lines) => body.lines = Some(lines),
            Self::TotalChanged(total) => body.total = Some(*total),
            Self::InvalidTransition { from, to } => (body.from, body.to) = (Some(*from), Some(*to)),
            _ => {}
        }
        body
    }

    fn headers(&self) -> Vec<(HeaderName, Cow<'_, str>)> {
        match self {
            Self::Unauthenticated | Self::InvalidCredentials | Self::InvalidRefreshToken => {
                vec![(header::WWW_AUTHENTICATE, "Bearer".into())]
            }
            Self::WebhookVerificationFailed => vec![(header::WWW_AUTHENTICATE, "Webhook-Signature".into())],
            Self::UnsupportedMediaType(merge_patch @ "application/merge-patch+json") => {
                vec![(HeaderName::from_static("accept-patch"), (*merge_patch).into())]
            }
            Self::IdempotencyInProgress | Self::ServiceUnavailable(_) => vec![(header::RETRY_AFTER, "1".into())],
            Self::RateLimited { policy, limit, retry_after } => vec![
                (header::RETRY_AFTER, retry_after.to_string().into()),
                (HeaderName::from_static("ratelimit-policy"), policy.into()),
                (HeaderName::from_static("ratelimit"), limit.into()),
            ],
            _ => vec![],
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.entry().1).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Internal(cause) | Self::ServiceUnavailable(cause) = self {
            tracing::error!(code = self.entry().0, "{cause:#}");
        }
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in self.headers() {
            response.insert_header((name, value.as_ref()));
        }
        response.insert_header((header::CONTENT_TYPE, "application/problem+json")).json(self.body())
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if database::is_unavailable(&error) {
            Self::ServiceUnavailable(error.into())
        } else {
            Self::Internal(error.into())
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}
