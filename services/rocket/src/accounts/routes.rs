use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use rocket::State;
use rocket::http::{Header, Status};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use validator::Validate;

use crate::accounts::model::{NewUser, User};
use crate::accounts::passwords::Passwords;
use crate::accounts::{EMAIL, sessions};
use crate::platform::problem::{EMAIL_TAKEN, INTERNAL_ERROR, INVALID_CREDENTIALS, UNAUTHENTICATED};
use crate::platform::{Caller, Db, Json, LIFETIME, RateLimit, Result, Tokens, hex};
use crate::schema::users;

const LOGIN_LIMIT: RateLimit = RateLimit { name: "login", burst: 5, interval: 12 };

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    #[validate(regex(path = *EMAIL), length(max = 254))]
    email: String,
    #[validate(length(min = 8, max = 128))]
    password: String,
    #[validate(length(min = 1, max = 100))]
    name: String,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[validate(regex(path = *EMAIL), length(max = 254))]
    email: String,
    #[validate(length(min = 1, max = 128))]
    password: String,
}

#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    #[validate(length(min = 1, max = 512))]
    refresh_token: String,
}

#[derive(Responder)]
#[response(status = 201)]
pub struct Registered {
    user: Json<User>,
    location: Header<'static>,
}

#[derive(Serialize)]
pub struct TokenPair {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    refresh_token: String,
}

impl TokenPair {
    fn new(tokens: &Tokens, user: Uuid, role: &str, refresh_token: String) -> Result<Json<Self>> {
        let access_token = tokens.issue(user, role).map_err(|_| INTERNAL_ERROR)?;
        Ok(Json(Self { access_token, token_type: "Bearer", expires_in: LIFETIME, refresh_token }))
    }
}

#[post("/auth/register", data = "<body>")]
pub async fn register(body: Json<Registration>, passwords: &State<Passwords>, db: &State<Db>) -> Result<Registered> {
    let Registration { email, password, name } = body.0;
    let password_hash = passwords.hash(password).await?;
    let email = email.to_ascii_lowercase();
    let insert = diesel::insert_into(users::table)
        .values(NewUser { email: &email, password_hash: &password_hash, name: &name })
        .on_conflict(users::email)
        .do_nothing()
        .returning(User::as_returning());
    let user = db.get().await?.transaction(async |connection| insert.get_result(connection).await).await.optional()?;
    let user = user.ok_or(EMAIL_TAKEN)?;
    Ok(Registered { user: Json(user), location: Header::new("Location", "/me") })
}

#[post("/auth/login", data = "<body>")]
pub async fn login(
    body: Json<Credentials>,
    passwords: &State<Passwords>,
    tokens: &State<Tokens>,
    db: &State<Db>,
) -> Result<Json<TokenPair>> {
    let Credentials { email, password } = body.0;
    let email = email.to_ascii_lowercase();
    LOGIN_LIMIT.take(db, &hex(&Sha256::digest(&email))).await?;
    let user = users::table
        .filter(users::email.eq(&email))
        .select(User::as_select())
        .first(&mut db.get().await?)
        .await
        .optional()?;
    // No connection is held while a password is verified.
    let stored = user.as_ref().map(|user| user.password_hash.clone());
    let genuine = passwords.verify(password, stored).await?;
    let user = user.filter(|_| genuine).ok_or(INVALID_CREDENTIALS)?;
    let refresh_token = sessions::open(&mut *db.get().await?, user.id).await?;
    TokenPair::new(tokens, user.id, &user.role, refresh_token)
}

#[post("/auth/refresh", data = "<body>")]
pub async fn refresh_token(
    body: Json<RefreshToken>,
    tokens: &State<Tokens>,
    db: &State<Db>,
) -> Result<Json<TokenPair>> {
    let (user, role, next) = sessions::renew(&mut *db.get().await?, &body.0.refresh_token).await?;
    TokenPair::new(tokens, user, &role, next)
}

#[post("/auth/logout", data = "<body>")]
pub async fn logout(body: Json<RefreshToken>, db: &State<Db>) -> Result<Status> {
    sessions::revoke(&mut *db.get().await?, &body.0.refresh_token, false).await?;
    Ok(Status::NoContent)
}

#[get("/me")]
pub async fn get_me(caller: Caller, db: &State<Db>) -> Result<Json<User>> {
    let user = users::table.find(caller.id).select(User::as_select()).first(&mut db.get().await?).await.optional()?;
    Ok(Json(user.ok_or(UNAUTHENTICATED)?))
}
