//! The key of a checkout, and the answer that is stored under it.

use std::future::{Ready, ready};
use std::sync::LazyLock;

use actix_web::{FromRequest, HttpRequest, dev};
use regex::Regex;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::platform::{Problem, Result};

static KEY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\A[!#-\[\]-~]{1,255}\z").expect("the pattern is constant"));

/// The header `Idempotency-Key`, without its quotes.
pub struct IdempotencyKey(String);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        let mut lines = request.headers().get_all("idempotency-key");
        ready(match (lines.next(), lines.next()) {
            (None, _) => Err(Problem::IdempotencyKeyMissing),
            (Some(line), None) => line.to_str().ok().and_then(Self::parse).ok_or(Problem::IdempotencyKeyInvalid),
            (Some(_), Some(_)) => Err(Problem::IdempotencyKeyInvalid),
        })
    }
}

impl IdempotencyKey {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t']);
        let key = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        KEY.is_match(key).then(|| Self(key.to_owned()))
    }

    /// Held to the end of the transaction; whoever comes meanwhile is not made to wait.
    pub async fn lock(&self, connection: &mut PgConnection, user: Uuid) -> Result<()> {
        let locked = sqlx::query_scalar!(
            r#"SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS "locked!""#,
            format!("idem:{user}:{}", self.0),
        )
        .fetch_one(connection)
        .await?;
        if locked { Ok(()) } else { Err(Problem::IdempotencyInProgress) }
    }

    /// The answer that an earlier request of the same body was given.
    pub async fn stored(&self, connection: &mut PgConnection, user: Uuid, body: &[u8]) -> Result<Option<Answer>> {
        let stored = sqlx::query!(
            r#"SELECT fingerprint, response_location AS "location!", response_body AS body
               FROM idempotency_keys WHERE user_id = $1 AND idem_key = $2"#,
            user,
            self.0,
        )
        .fetch_optional(connection)
        .await?;
        match stored {
            Some(stored) if stored.fingerprint != fingerprint(body) => Err(Problem::IdempotencyKeyReused),
            stored => Ok(stored.map(|stored| Answer { location: stored.location, body: stored.body, replayed: true })),
        }
    }

    pub async fn store(&self, connection: &mut PgConnection, user: Uuid, body: &[u8], answer: &Answer) -> Result<()> {
        sqlx::query!(
            "INSERT INTO idempotency_keys
               (user_id, idem_key, fingerprint, response_status, response_location, response_body)
             VALUES ($1, $2, $3, 201, $4, $5)",
            user,
            self.0,
            fingerprint(body),
            answer.location,
            answer.body,
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// What every use of a key is answered with, byte for byte.
pub struct Answer {
    pub location: String,
    pub body: String,
    pub replayed: bool,
}

fn fingerprint(body: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update("POST\n/checkout\n").chain_update(body).finalize())
}
