//! Sessions and their refresh tokens (AUTH-5, AUTH-6).

use base64::prelude::*;
use diesel::dsl::{IntervalDsl, now};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Timestamptz};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::problem::{INTERNAL_ERROR, INVALID_REFRESH_TOKEN};
use crate::platform::{Problem, Result, hex};
use crate::schema::{refresh_tokens, sessions, users};

const TOKEN_BYTES: usize = 32;

fn new_token() -> Result<String> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|_| INTERNAL_ERROR)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token))
}

/// Opens a session; gives its first refresh token.
pub async fn open(connection: &mut AsyncPgConnection, user: Uuid) -> Result<String> {
    connection
        .transaction(async |connection| {
            let session = diesel::insert_into(sessions::table)
                .values(sessions::user_id.eq(user))
                .returning(sessions::id)
                .get_result(connection)
                .await?;
            add_token(connection, session).await
        })
        .await
}

async fn add_token(connection: &mut AsyncPgConnection, session: Uuid) -> Result<String> {
    let token = new_token()?;
    let expiry = now.into_sql::<Timestamptz>() + 30.days();
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::session_id.eq(session),
            refresh_tokens::token_hash.eq(hash(&token)),
            refresh_tokens::expires_at.eq(expiry),
        ))
        .execute(connection)
        .await?;
    Ok(token)
}

/// Uses a token: whose it is, with the role, and the token that follows it. A second use revokes the session, and that is
/// committed before anybody hears of it.
pub async fn renew(connection: &mut AsyncPgConnection, token: &str) -> Result<(Uuid, String, String)> {
    let renewed: Option<_> = connection
        .transaction(async |connection| {
            // Of several at once the others wait for this row and then find it used.
            let session: Option<Uuid> = diesel::update(refresh_tokens::table)
                .filter(refresh_tokens::token_hash.eq(hash(token)))
                .filter(refresh_tokens::used_at.is_null())
                .filter(refresh_tokens::expires_at.gt(now))
                .filter(
                    refresh_tokens::session_id
                        .eq_any(sessions::table.filter(sessions::revoked_at.is_null()).select(sessions::id)),
                )
                .set(refresh_tokens::used_at.eq(now))
                .returning(refresh_tokens::session_id)
                .get_result(connection)
                .await
                .optional()?;
            let Some(session) = session else {
                return Ok::<_, Problem>(None);
            };
            let next = add_token(connection, session).await?;
            let (user, role) = sessions::table
                .inner_join(users::table)
                .filter(sessions::id.eq(session))
                .select((users::id, users::role))
                .first(connection)
                .await?;
            Ok(Some((user, role, next)))
        })
        .await?;
    if renewed.is_none() {
        revoke(connection, token, true).await?;
    }
    renewed.ok_or_else(|| INVALID_REFRESH_TOKEN.into())
}

/// Ends the session of a token, if there is one; or only if the token was used before.
pub async fn revoke(connection: &mut AsyncPgConnection, token: &str, only_used: bool) -> Result<()> {
    let of_token = refresh_tokens::table
        .filter(refresh_tokens::token_hash.eq(hash(token)))
        .filter(refresh_tokens::used_at.is_not_null().or((!only_used).into_sql::<Bool>()))
        .select(refresh_tokens::session_id);
    let update = diesel::update(sessions::table)
        .filter(sessions::id.eq_any(of_token))
        .filter(sessions::revoked_at.is_null())
        .set(sessions::revoked_at.eq(now));
    connection.transaction(async |connection| update.execute(connection).await).await?;
    Ok(())
}
