//! Entity tags and the conditions that name them.
//!
//! actix-web's own `IfMatch` cannot hold a tag with bytes above 0x7F, and drops what it cannot parse (HTTP-9, HTTP-10).

use std::future::{Ready, ready};
use std::sync::LazyLock;

use actix_web::http::header::{self, ETag, EntityTag, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, dev};
use regex::bytes::Regex;

use super::problem::{Problem, Result};

static LIST: LazyLock<Regex> = LazyLock::new(|| {
    let tag = r#"(?:W/)?"[!#-~\x80-\xff]*""#;
    Regex::new(&format!(r"(?-u)\A[ \t,]*{tag}[ \t]*(?:,[ \t]*(?:{tag}[ \t]*)?)*\z")).expect("the pattern is constant")
});
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?-u)(W/)?("[!#-~\x80-\xff]*")"#).expect("the pattern is constant"));

pub fn etag(version: i64) -> ETag {
    ETag(EntityTag::new_strong(version.to_string()))
}

/// The header `If-None-Match`, if there is a good one.
pub struct IfNoneMatch(Option<Vec<u8>>);

/// The header `If-Match`; without it the request is refused.
pub struct IfMatch(Vec<u8>);

impl IfNoneMatch {
    /// Compares weakly.
    pub fn matches(&self, version: i64) -> bool {
        let own = format!("\"{version}\"");
        self.0.as_ref().is_some_and(|list| {
            list.trim_ascii() == b"*"
                || LIST.is_match(list) && TAG.captures_iter(list).any(|tag| tag[2] == *own.as_bytes())
        })
    }
}

impl IfMatch {
    /// Compares strongly.
    pub fn check(&self, version: i64) -> Result<()> {
        let own = format!("\"{version}\"");
        let strong = |tag: regex::bytes::Captures<'_>| tag.get(1).is_none() && tag[2] == *own.as_bytes();
        if self.0.trim_ascii() == b"*" || LIST.is_match(&self.0) && TAG.captures_iter(&self.0).any(strong) {
            Ok(())
        } else {
            Err(Problem::PreconditionFailed)
        }
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self(lines(request, &header::IF_NONE_MATCH))))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(lines(request, &header::IF_MATCH).map(Self).ok_or(Problem::PreconditionRequired))
    }
}

/// Several lines are one list.
fn lines(request: &HttpRequest, name: &HeaderName) -> Option<Vec<u8>> {
    let lines: Vec<_> = request.headers().get_all(name).map(HeaderValue::as_bytes).collect();
    (!lines.is_empty()).then(|| lines.join(&b","[..]))
}
