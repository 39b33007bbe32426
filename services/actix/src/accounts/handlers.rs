use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, Responder, web};
use anyhow::Context;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;
use validator::Validate;

use super::passwords::Passwords;
use crate::platform::auth::{Caller, LIFETIME_SECONDS, Role, Tokens};
use crate::platform::json::Json;
use crate::platform::rate_limit::Policy;
use crate::platform::validation::EMAIL;
use crate::platform::{Problem, Result, Timestamp};

const LOGINS: Policy = Policy { name: "login", burst: 5, interval: 12.0 };

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    #[validate(length(max = 254), regex(path = *EMAIL))]
    pub email: String,
    #[validate(length(min = 8, max = 128))]
    pub password: String,
    #[validate(length(min = 1, max = 100))]
    pub name: String,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[validate(length(max = 254), regex(path = *EMAIL))]
    email: String,
    #[validate(length(min = 1, max = 128))]
    password: String,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    #[validate(length(min = 1, max = 512))]
    refresh_token: String,
}

#[derive(Serialize)]
struct User {
    id: Uuid,
    email: String,
    name: String,
    role: Role,
    created_at: Timestamp,
}

#[derive(Serialize)]
struct TokenPair {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
}

pub async fn register(
    body: Json<Registration>,
    pool: web::Data<PgPool>,
    passwords: web::Data<Passwords>,
) -> Result<HttpResponse> {
    let Registration { email, password, name } = body.data;
    let user = sqlx::query_as!(
        User,
        "INSERT INTO users (email, password_hash, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO NOTHING
         RETURNING id, email, name, role, created_at",
        email.to_ascii_lowercase(),
        passwords.hash(password).await?,
        name,
    )
    .fetch_optional(pool.as_ref())
    .await?
    .ok_or(Problem::EmailTaken)?;
    Ok(HttpResponse::Created().insert_header((LOCATION, "/me")).json(user))
}

pub async fn login(
    body: Json<Credentials>,
    pool: web::Data<PgPool>,
    passwords: web::Data<Passwords>,
    tokens: web::Data<Tokens>,
) -> Result<impl Responder> {
    let Credentials { email, password } = body.data;
    let email = email.to_ascii_lowercase();
    LOGINS.take(&pool, &sha256(&email)).await?;
    let user = sqlx::query!("SELECT id, role, password_hash FROM users WHERE email = $1", email)
        .fetch_optional(pool.as_ref())
        .await?;
    let (user, hash) = user.map(|user| ((user.id, user.role), user.password_hash)).unzip();
    let genuine = passwords.verify(hash, password).await?;
    let (id, role) = user.filter(|_| genuine).ok_or(Problem::InvalidCredentials)?;
    let refresh_token = new_refresh_token()?;
    sqlx::query!(
        "WITH session AS (INSERT INTO sessions (user_id) VALUES ($1) RETURNING id)
         INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
         SELECT id, $2, now() + interval '30 days' FROM session",
        id,
        sha256(&refresh_token),
    )
    .execute(pool.as_ref())
    .await?;
    pair(&tokens, id, role, refresh_token)
}

pub async fn refresh_token(
    body: Json<Refresh>,
    pool: web::Data<PgPool>,
    tokens: web::Data<Tokens>,
) -> Result<impl Responder> {
    let used = sha256(&body.data.refresh_token);
    let next = new_refresh_token()?;
    // Of several uses at once one finds used_at null; the others wait for the row and then find nothing.
    let user = sqlx::query!(
        "WITH used AS (
           UPDATE refresh_tokens SET used_at = now() FROM sessions
           WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
             AND sessions.id = session_id AND revoked_at IS NULL
           RETURNING session_id, user_id
         ), next AS (
           INSERT INTO refresh_tokens (session_id, token_hash, expires_at)
           SELECT session_id, $2, now() + interval '30 days' FROM used
         )
         SELECT users.id, users.role FROM used JOIN users ON users.id = used.user_id",
        used,
        sha256(&next),
    )
    .fetch_optional(pool.as_ref())
    .await?;
    let Some(user) = user else {
        // Used before: somebody else has it. The statement is committed before the 401 is sent.
        sqlx::query!(
            "UPDATE sessions SET revoked_at = now() FROM refresh_tokens
             WHERE token_hash = $1 AND used_at IS NOT NULL AND sessions.id = session_id AND revoked_at IS NULL",
            used,
        )
        .execute(pool.as_ref())
        .await?;
        return Err(Problem::InvalidRefreshToken);
    };
    pair(&tokens, user.id, user.role, next)
}

pub async fn logout(body: Json<Refresh>, pool: web::Data<PgPool>) -> Result<impl Responder> {
    sqlx::query!(
        "UPDATE sessions SET revoked_at = now() FROM refresh_tokens
         WHERE token_hash = $1 AND sessions.id = session_id AND revoked_at IS NULL",
        sha256(&body.data.refresh_token),
    )
    .execute(pool.as_ref())
    .await?;
    Ok(HttpResponse::NoContent())
}

pub async fn get_me(caller: Caller, pool: web::Data<PgPool>) -> Result<impl Responder> {
    let user = sqlx::query_as!(User, "SELECT id, email, name, role, created_at FROM users WHERE id = $1", caller.id)
        .fetch_optional(pool.as_ref())
        .await?;
    Ok(web::Json(user.ok_or(Problem::Unauthenticated)?))
}

fn pair(tokens: &Tokens, id: Uuid, role: Role, refresh_token: String) -> Result<web::Json<TokenPair>> {
    let access_token = tokens.issue(id, role)?;
    Ok(web::Json(TokenPair { access_token, token_type: "Bearer", expires_in: LIFETIME_SECONDS, refresh_token }))
}

fn new_refresh_token() -> Result<String> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).context("the system's random numbers")?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random))
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
