//! Problem details: the one form of every refusal, and how a guard hands one to the catcher.

use std::io::Cursor;

use rocket::Request;
use rocket::http::{ContentType, Header, Status};
use rocket::outcome::Outcome;
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// An entry of the contract's problems.yaml.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub detail: &'static str,
}

macro_rules! kinds {
    ($($name:ident: $status:literal $code:literal, $title:literal, $detail:literal;)*) => {
        $(pub const $name: Kind = Kind { code: $code, status: $status, title: $title, detail: $detail };)*
        /// Every kind, for the test that compares them with the contract.
        pub const ALL: &[Kind] = &[$($name),*];
    };
}

kinds! {
    MALFORMED_JSON: 400 "malformed_json", "Malformed JSON", "The body is not one strict JSON object.";
    INVALID_QUERY: 400 "invalid_query", "Invalid query", "A query parameter is unknown, repeated or wrong.";
    INVALID_CURSOR: 400 "invalid_cursor", "Invalid cursor", "The cursor was not made for this list, sort and filter.";
    INVALID_HEADER: 400 "invalid_header", "Invalid header", "A line of the request's head does not have its form.";
    IDEMPOTENCY_KEY_MISSING: 400 "idempotency_key_missing", "Idempotency key missing", "This operation needs an Idempotency-Key.";
    IDEMPOTENCY_KEY_INVALID: 400 "idempotency_key_invalid", "Idempotency key invalid", "The Idempotency-Key does not have its form.";
    UNAUTHENTICATED: 401 "unauthenticated", "Not authenticated", "There is no access token, or it is not accepted.";
    INVALID_CREDENTIALS: 401 "invalid_credentials", "Invalid credentials", "E-mail or password is wrong.";
    INVALID_REFRESH_TOKEN: 401 "invalid_refresh_token", "Invalid refresh token", "The refresh token is not accepted.";
    WEBHOOK_VERIFICATION_FAILED: 401 "webhook_verification_failed", "Webhook verification failed", "The signature headers do not fit the body.";
    FORBIDDEN: 403 "forbidden", "Forbidden", "The caller's role may not do this.";
    NOT_FOUND: 404 "not_found", "Not found", "There is no such path or resource, or the caller may not see it.";
    COUPON_NOT_FOUND: 404 "coupon_not_found", "Coupon not found", "No coupon has this code.";
    METHOD_NOT_ALLOWED: 405 "method_not_allowed", "Method not allowed", "The path has other methods; Allow names them.";
    EMAIL_TAKEN: 409 "email_taken", "E-mail taken", "A user with this address exists.";
    SKU_TAKEN: 409 "sku_taken", "SKU taken", "A product with this sku exists, archived or not.";
    CODE_TAKEN: 409 "code_taken", "Code taken", "A coupon with this code exists.";
    CART_FULL: 409 "cart_full", "Cart full", "The cart has 20 lines already.";
    CART_EMPTY: 409 "cart_empty", "Cart empty", "There is no open cart, or it has no lines.";
    PRODUCT_UNAVAILABLE: 409 "product_unavailable", "Product unavailable", "The cart holds archived products.";
    INSUFFICIENT_STOCK: 409 "insufficient_stock", "Insufficient stock", "There is less stock than asked for.";
    STOCK_LIMIT: 409 "stock_limit", "Stock limit", "The stock would exceed 1,000,000.";
    COUPON_NOT_APPLICABLE: 409 "coupon_not_applicable", "Coupon not applicable", "The attached coupon does not apply now.";
    TOTAL_CHANGED: 409 "total_changed", "Total changed", "The total is not the expected one.";
    IDEMPOTENCY_IN_PROGRESS: 409 "idempotency_in_progress", "Request in progress", "A request with this key is running.";
    INVALID_TRANSITION: 409 "invalid_transition", "Invalid transition", "The order cannot go from this status to that one.";
    PRECONDITION_FAILED: 412 "precondition_failed", "Precondition failed", "The resource is no longer the one that If-Match names.";
    BODY_TOO_LARGE: 413 "body_too_large", "Body too large", "The body has too many bytes, or the import too many lines.";
    UNSUPPORTED_MEDIA_TYPE: 415 "unsupported_media_type", "Unsupported media type", "The Content-Type or Content-Encoding is not the one of this operation.";
    VALIDATION_FAILED: 422 "validation_failed", "Validation failed", "Members of the body are wrong.";
    IDEMPOTENCY_KEY_REUSED: 422 "idempotency_key_reused", "Idempotency key reused", "This key was used with another body.";
    IMPORT_FAILED: 422 "import_failed", "Import failed", "Lines of the import are wrong, and nothing was applied.";
    WEBHOOK_REJECTED: 422 "webhook_rejected", "Webhook rejected", "The event is genuine, but does not fit its order.";
    PRECONDITION_REQUIRED: 428 "precondition_required", "Precondition required", "This operation needs If-Match.";
    RATE_LIMITED: 429 "rate_limited", "Too many requests", "The limit is used up; Retry-After says for how long.";
    INTERNAL_ERROR: 500 "internal_error", "Internal error", "A fault of the service.";
    SERVICE_UNAVAILABLE: 503 "service_unavailable", "Service unavailable", "The database is away or overloaded; try again later.";
}

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A refusal, on its way to the client: what handlers and guards return as their error.
#[derive(Clone, Debug)]
pub struct Problem {
    pub kind: Kind,
    pub members: Map<String, Value>,
    headers: Vec<Header<'static>>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        let challenge = match kind.code {
            "webhook_verification_failed" => Some("Webhook-Signature"),
            _ if kind.status == 401 => Some("Bearer"),
            _ => None,
        };
        let headers = challenge.map(|scheme| Header::new("WWW-Authenticate", scheme)).into_iter().collect();
        Self { kind, members: Map::new(), headers }
    }
}

impl Problem {
    pub fn unavailable() -> Self {
        Self::from(SERVICE_UNAVAILABLE).header("Retry-After", "1")
    }

    /// Adds a member of the kind's own.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.members.insert(name.to_owned(), json!(value));
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push(Header::new(name, value.into()));
        self
    }

    fn status(&self) -> Status {
        Status::new(self.kind.status)
    }
}

/// The outcome of a guard. Rocket shows a catcher the status and the request alone, so that a problem waits for it in the
/// request's local state.
pub fn judged<S, F>(request: &Request<'_>, guarded: Result<S>) -> Outcome<S, (Status, Problem), F> {
    match guarded {
        Ok(value) => Outcome::Success(value),
        Err(problem) => {
            request.local_cache(|| Some(problem.clone()));
            Outcome::Error((problem.status(), problem))
        }
    }
}

impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let status = self.status();
        let Kind { code, title, detail, .. } = self.kind;
        let kind = format!("https://shop.example/problems/{code}");
        let mut body = json!({"type": kind, "title": title, "status": status.code, "detail": detail});
        for (name, value) in self.members {
            body[name] = value;
        }
        let body = body.to_string();
        let mut response = Response::build();
        response.status(status).header(ContentType::new("application", "problem+json"));
        for header in self.headers {
            response.header(header);
        }
        response.sized_body(body.len(), Cursor::new(body)).ok()
    }
}

/// Answers for guards that refused, for paths that nobody routed, and for panics.
#[rocket::catch(default)]
pub fn catch_all(status: Status, request: &Request<'_>) -> Problem {
    if let Some(refused) = request.local_cache(|| None::<Problem>) {
        return refused.clone();
    }
    match status.code {
        400 => INVALID_HEADER.into(), // a method or a target that Rocket does not know
        // A parameter that does not have its form is forwarded with 422: to a client that is an unknown path.
        401..=499 => NOT_FOUND.into(),
        _ => INTERNAL_ERROR.into(),
    }
}
