//! The signature of a webhook (WEBHOOK-1), and the guard that asks for it.

use base64::prelude::*;
use hmac::{Hmac, Mac};
use rocket::Request;
use rocket::data::{self, Data, FromData};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::platform::problem::{INTERNAL_ERROR, WEBHOOK_VERIFICATION_FAILED, judged};
use crate::platform::{Problem, Result, body, hmac, only, pattern};

pattern!(ID, r"\A[A-Za-z0-9_-]{1,200}\z");
pattern!(TIMESTAMP, r"\A[1-9][0-9]{0,11}\z");
const CLOCK_SKEW: i64 = 300; // seconds

/// The key inside of WEBHOOK_SECRET.
pub struct Secret(Hmac<Sha256>);

impl Secret {
    pub fn new(key: &[u8]) -> Self {
        Self(hmac(key))
    }

    /// Whether the texts of the three headers fit the body, at a moment in seconds since 1970.
    pub fn verifies(&self, [id, timestamp, signature]: [&str; 3], body: &[u8], now: i64) -> bool {
        if !ID.is_match(id) || !TIMESTAMP.is_match(timestamp) {
            return false;
        }
        let age = now - timestamp.parse::<i64>().unwrap_or(i64::MAX / 2);
        if age.abs() > CLOCK_SKEW {
            return false;
        }
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        signature.split(' ').any(|token| {
            // Strict base64 has one spelling, so that comparing the bytes, in constant time, compares the texts.
            let sent = token.strip_prefix("v1,").and_then(|text| BASE64_STANDARD.decode(text).ok());
            sent.is_some_and(|sent| mac.clone().verify_slice(&sent).is_ok())
        })
    }
}

/// A body whose sender is known.
pub struct Signed {
    pub id: String,
    pub body: Vec<u8>,
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Signed {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        judged(request, read(request, data).await)
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Signed> {
    let body = body::read(request, data).await?;
    let secret = request.rocket().state::<Secret>().ok_or(INTERNAL_ERROR)?;
    let header = |name| only(request, name).ok().flatten().unwrap_or_default();
    let headers = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(header);
    if !secret.verifies(headers, &body, OffsetDateTime::now_utc().unix_timestamp()) {
        return Err(WEBHOOK_VERIFICATION_FAILED.into());
    }
    Ok(Signed { id: headers[0].to_owned(), body })
}
