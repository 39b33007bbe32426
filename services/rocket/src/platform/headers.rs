//! Headers: which may come once, preconditions, and what every answer carries.

use rocket::Request;
use rocket::fairing::AdHoc;
use rocket::request::{FromRequest, Outcome};

use crate::platform::problem::{PRECONDITION_FAILED, PRECONDITION_REQUIRED};
use crate::platform::{Result, pattern};

/// A header came in several lines.
pub struct Repeated;

/// The value of a header that may come in one line only (HTTP-15): of two, a proxy may have read the other.
pub fn only<'r>(request: &'r Request<'_>, name: &str) -> Result<Option<&'r str>, Repeated> {
    let mut lines = request.headers().get(name);
    let first = lines.next();
    if lines.next().is_some() { Err(Repeated) } else { Ok(first) }
}

/// A strong entity tag.
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

pattern!(TAG, r#"(?:W/)?"[^"\x00-\x20\x7f]*""#);
pattern!(TAGS, r#"\A[ \t,]*(?:(?:W/)?"[^"\x00-\x20\x7f]*"[ \t]*(?:,[ \t,]*|\z))*\z"#);

/// A list of entity tags, as If-Match and If-None-Match have it; empty elements are skipped, and a tag may hold commas.
fn names(lines: &str, fits: impl Fn(&str) -> bool) -> bool {
    lines.trim_matches([' ', '\t']) == "*"
        || (TAGS.is_match(lines) && TAG.find_iter(lines).any(|tag| fits(tag.as_str())))
}

fn joined(request: &Request<'_>, name: &str) -> Option<String> {
    let lines: Vec<&str> = request.headers().get(name).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// What the client has already (HTTP-9). What cannot be parsed names nothing.
pub struct IfNoneMatch(Option<String>);

impl IfNoneMatch {
    pub fn names(&self, version: i64) -> bool {
        let tag = etag(version);
        self.0.as_deref().is_some_and(|lines| names(lines, |each| each.strip_prefix("W/").unwrap_or(each) == tag))
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for IfNoneMatch {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Self(joined(request, "If-None-Match")))
    }
}

/// What a change is meant for (HTTP-10). The guard never refuses: 404 and 422 come first, and need the row or the body.
pub struct IfMatch(Option<String>);

impl IfMatch {
    pub fn check(&self, version: i64) -> Result<()> {
        let lines = self.0.as_deref().ok_or(PRECONDITION_REQUIRED)?;
        let tag = etag(version);
        if names(lines, |each| each == tag) { Ok(()) } else { Err(PRECONDITION_FAILED.into()) }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for IfMatch {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Self(joined(request, "If-Match")))
    }
}

/// Who may keep what, by the route that was found (HTTP-7).
pub fn cache_control() -> AdHoc {
    AdHoc::on_response("Cache-Control", |request, response| {
        Box::pin(async move {
            let route = request.route().map(|route| route.uri.path()).unwrap_or_default();
            let within = |root: &str| route.starts_with(root);
            let told = if within("/products") {
                "no-cache"
            } else if within("/orders") || within("/admin/orders") {
                "private, no-cache"
            } else {
                "no-store"
            };
            response.set_raw_header("Cache-Control", told);
        })
    })
}
