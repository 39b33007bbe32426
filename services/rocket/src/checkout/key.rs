//! The request of a checkout: its key, and a body whose bytes count.

use rocket::Request;
use rocket::data::{self, Data, FromData};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use validator::Validate;

use crate::platform::headers::{Repeated, only};
use crate::platform::paging::hex;
use crate::platform::problem::{IDEMPOTENCY_KEY_INVALID, IDEMPOTENCY_KEY_MISSING, Problem};
use crate::platform::{body, json};

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
        match read(request, data).await {
            Ok(checkout) => data::Outcome::Success(checkout),
            Err(problem) => problem.refuse(request),
        }
    }
}

async fn read<'r>(request: &'r Request<'_>, data: Data<'r>) -> Result<KeyedCheckout, Problem> {
    body::check_media_type(request, "application/json")?;
    let document = body::read(request, data).await?;
    let key = key(only(request, "Idempotency-Key"))?;
    let Checkout { expected_total } = json::checked(&document)?;
    let fingerprint = hex(&Sha256::new().chain_update("POST\n/checkout\n").chain_update(&document).finalize());
    Ok(KeyedCheckout { key, fingerprint, expected_total })
}

fn key(sent: Result<Option<&str>, Repeated>) -> Result<String, Problem> {
    let sent = sent.map_err(|_| IDEMPOTENCY_KEY_INVALID)?.ok_or(IDEMPOTENCY_KEY_MISSING)?;
    let key = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(sent);
    let fits = matches!(key.len(), 1..=255) && key.bytes().all(|byte| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~'));
    if fits { Ok(key.to_owned()) } else { Err(IDEMPOTENCY_KEY_INVALID.into()) }
}
