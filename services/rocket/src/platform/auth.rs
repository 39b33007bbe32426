//! Access tokens (AUTH-7), and the guards that ask for one.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use rocket::Request;
use rocket::request::{FromRequest, Outcome};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::platform::problem::judged;
use crate::platform::{Problem, Result, is_id, only, problem};

pub const LIFETIME: i64 = 900; // seconds
const ISSUER: &str = "shop";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Customer,
    Admin,
}

#[derive(Serialize)]
struct Issued<'a> {
    iss: &'a str,
    sub: Uuid,
    role: &'a str,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    role: Role,
    exp: f64,
}

/// Makes and reads access tokens with JWT_SECRET.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Its own checks take an issuer among several, and let a token live through its last second.
        validation.required_spec_claims.clear();
        validation.validate_aud = false;
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            validation,
        }
    }

    pub fn issue(&self, sub: Uuid, role: &str) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = OffsetDateTime::now_utc().unix_timestamp();
        encode(&Header::default(), &Issued { iss: ISSUER, sub, role, iat, exp: iat + LIFETIME }, &self.encoding)
    }

    /// Whose token it is at a moment, in seconds since 1970.
    pub fn read(&self, token: &str, now: f64) -> Option<Caller> {
        let claims = decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        let id = claims.sub.parse().ok().filter(|_| is_id(&claims.sub))?;
        (claims.iss == ISSUER && now < claims.exp).then_some(Caller { id, role: claims.role })
    }
}

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub id: Uuid,
    pub role: Role,
}

impl Caller {
    pub fn is_admin(self) -> bool {
        self.role == Role::Admin
    }

    pub fn of(request: &Request<'_>) -> Result<Self> {
        let read = || {
            let (scheme, token) = only(request, "Authorization").ok()??.split_once(' ')?;
            let now = OffsetDateTime::now_utc().unix_timestamp_nanos() as f64 / 1e9;
            let tokens = request.rocket().state::<Tokens>()?;
            scheme.eq_ignore_ascii_case("Bearer").then(|| tokens.read(token, now))?
        };
        Ok(read().ok_or(problem::UNAUTHENTICATED)?)
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Caller {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        judged(request, Self::of(request))
    }
}

/// A caller of the back office.
pub struct Admin(pub Caller);

impl Admin {
    pub fn of(request: &Request<'_>) -> Result<Self> {
        let caller = Caller::of(request)?;
        if caller.is_admin() { Ok(Self(caller)) } else { Err(problem::FORBIDDEN.into()) }
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Admin {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        judged(request, Self::of(request))
    }
}
