//! Access tokens, and the extractors that say who calls.

use std::future::{Ready, ready};

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use chrono::Utc;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::path::Id;
use super::problem::{Problem, Result};

pub const LIFETIME_SECONDS: i64 = 900;
const ISSUER: &str = "shop";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Role {
    Customer,
    Admin,
}

/// Who sent the request: an extractor, which refuses with 401 before anything looks at the body.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub id: Uuid,
    pub role: Role,
}

/// A caller of the back office; others are refused with 403.
#[derive(Debug, Clone, Copy)]
pub struct Admin(pub Caller);

#[derive(Serialize)]
struct Issued {
    iss: &'static str,
    sub: Uuid,
    role: Role,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: Id,
    role: Role,
    exp: f64,
}

#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub fn new(secret: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        // Issuer and expiry are judged by `verify`: the library takes a list of issuers, and rounds a fraction.
        validation.set_required_spec_claims::<&str>(&[]);
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self {
            encoding: EncodingKey::from_secret(secret.as_bytes()),
            decoding: DecodingKey::from_secret(secret.as_bytes()),
            validation,
        }
    }

    pub fn issue(&self, id: Uuid, role: Role) -> Result<String> {
        let iat = Utc::now().timestamp();
        let claims = Issued { iss: ISSUER, sub: id, role, iat, exp: iat + LIFETIME_SECONDS };
        jsonwebtoken::encode(&Header::default(), &claims, &self.encoding)
            .map_err(|error| Problem::Internal(error.into()))
    }

    #[expect(clippy::cast_precision_loss, reason = "seconds stay far below 2^53")]
    pub fn verify(&self, token: &str, now: i64) -> Result<Caller> {
        match jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation) {
            Ok(TokenData { claims: Claims { iss, sub, role, exp }, .. }) if iss == ISSUER && (now as f64) < exp => {
                Ok(Caller { id: sub.0, role })
            }
            _ => Err(Problem::Unauthenticated),
        }
    }
}

impl Caller {
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    pub fn of(request: &HttpRequest) -> Result<Self> {
        let mut lines = request.headers().get_all(header::AUTHORIZATION);
        let (Some(line), None) = (lines.next(), lines.next()) else { return Err(Problem::Unauthenticated) };
        let (scheme, token) =
            line.to_str().ok().and_then(|line| line.split_once(' ')).ok_or(Problem::Unauthenticated)?;
        let tokens = request.app_data::<web::Data<Tokens>>().expect("startup::configure puts Tokens there");
        if scheme.eq_ignore_ascii_case("Bearer") {
            tokens.verify(token, Utc::now().timestamp())
        } else {
            Err(Problem::Unauthenticated)
        }
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        ready(
            Caller::of(request)
                .and_then(|caller| if caller.is_admin() { Ok(Self(caller)) } else { Err(Problem::Forbidden) }),
        )
    }
}
