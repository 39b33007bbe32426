//! Whether an event is genuine (WEBHOOK-1), before anything of it is parsed.

use std::sync::LazyLock;

use actix_web::http::header::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use regex::Regex;
use sha2::Sha256;
use subtle::ConstantTimeEq;

const TOLERANCE_SECONDS: i64 = 300;

static ID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\A[A-Za-z0-9_-]{1,200}\z").expect("the pattern is constant"));
static MOMENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\A[1-9][0-9]{0,11}\z").expect("the pattern is constant"));

pub struct Key(Hmac<Sha256>);

impl Key {
    pub fn new(bytes: &[u8]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC takes keys of any length"))
    }

    /// The id of the event, if it is genuine.
    pub fn verify<'a>(&self, headers: &'a HeaderMap, body: &[u8], now: i64) -> Option<&'a str> {
        let text = |name| std::str::from_utf8(one(headers, name)?).ok();
        let id = text("webhook-id").filter(|id| ID.is_match(id))?;
        let moment = text("webhook-timestamp").filter(|moment| MOMENT.is_match(moment))?;
        if (now - moment.parse::<i64>().ok()?).abs() > TOLERANCE_SECONDS {
            return None;
        }
        let mac = self.0.clone().chain_update(format!("{id}.{moment}.")).chain_update(body);
        let expected = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        // Other tokens are skipped, whatever bytes they have.
        let mut tokens = one(headers, "webhook-signature")?.split(|byte| *byte == b' ');
        let genuine =
            |token: &[u8]| token.strip_prefix(b"v1,").is_some_and(|mac| mac.ct_eq(expected.as_bytes()).into());
        tokens.any(genuine).then_some(id)
    }
}

/// A header that stands there once, without the white space around it.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut lines = headers.get_all(name);
    let line = lines.next()?;
    lines.next().is_none().then(|| line.as_bytes().trim_ascii())
}
