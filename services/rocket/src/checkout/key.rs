//! The request of a checkout: its key, and a body whose bytes count.

use rocket::Request;
use rocket::data::{self, Data, FromData};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use validator::Validate;

use crate::platform::problem::{IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_MISSING, judged};
use crate::platform::{Problem, Result, body, checked, hex, only, pattern};

pattern!(KEY, r"\A[!#-\[\]-~]{1,255}\z");

/// A checked request. The key is a part of the data guard, so that it is judged after the caller.
pub struct KeyedCheckout {
    pub key: String,
    /// What tells a replay from another request with the same key.
    pub fingerprint: String,
    pub expected_total: i64,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Checkout {
    #[validate(range(min = 0, max = 99_999_999_999_i64))]
    expected_total: i64,
}

#[rocket::async_trait]
impl<'r> FromData<'r> for KeyedCheckout {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        judged(request, read(request, data).await)
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<KeyedCheckout> {
    body::check_media_type(request, "application/json")?;
    let document = body::read(request, data).await?;
    let sent = only(request, "Idempotency-Key").map_err(|_| IDEMPOTENCY_KEY_INVALID)?.ok_or(IDEMPOTENCY_KEY_MISSING)?;
    let key = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(sent);
    if !KEY.is_match(key) {
        return Err(IDEMPOTENCY_KEY_INVALID.into());
    }
    let Checkout { expected_total } = checked(&document)?;
    let fingerprint = hex(&Sha256::new().chain_update("POST\n/checkout\n").chain_update(&document).finalize());
    Ok(KeyedCheckout { key: key.to_owned(), fingerprint, expected_total })
}
