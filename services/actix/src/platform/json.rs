//! Bodies: their type, their size, strict JSON, and the extractors that bring them to a handler.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header::{self, HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest, dev, web};
use futures_util::StreamExt;
use serde::de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use validator::Validate;

use super::problem::{Fault, Problem, Result};
use super::validation;

const LIMIT: usize = 65_536;
/// A client that sends nothing for so long has left.
const SILENCE: Duration = Duration::from_secs(30);

/// A valid body of type `application/json`, and its bytes.
pub struct Json<T> {
    pub data: T,
    pub bytes: web::Bytes,
}

/// A valid body of type `application/merge-patch+json`.
pub struct MergePatch<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let body = typed_body(request, payload, "application/json");
        Box::pin(async {
            let bytes = body.await?;
            Ok(Self { data: parse(&bytes)?, bytes })
        })
    }
}

impl<T: DeserializeOwned + Validate> FromRequest for MergePatch<T> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let body = typed_body(request, payload, "application/merge-patch+json");
        Box::pin(async { parse(&body.await?).map(Self) })
    }
}

fn typed_body(
    request: &HttpRequest,
    payload: &mut dev::Payload,
    media_type: &'static str,
) -> impl Future<Output = Result<web::Bytes>> + use<> {
    let (request, payload) = (request.clone(), payload.take());
    async move {
        check_media_type(request.headers(), media_type)?;
        read(&request, payload).await
    }
}

/// Refuses what is of another type or coded; several lines of either header are neither (HTTP-15).
pub fn check_media_type(headers: &HeaderMap, media_type: &'static str) -> Result<()> {
    let one = |name: HeaderName| {
        let mut lines = headers.get_all(name);
        let first = lines.next().map(|value| value.to_str().unwrap_or("?").trim().to_ascii_lowercase());
        if lines.next().is_some() { Some("?".to_owned()) } else { first }
    };
    let plain = matches!(one(header::CONTENT_ENCODING).as_deref(), None | Some("identity"));
    let essence = one(header::CONTENT_TYPE).unwrap_or_default();
    if plain && essence.split(';').next().map(str::trim_end) == Some(media_type) {
        Ok(())
    } else {
        Err(Problem::UnsupportedMediaType(media_type))
    }
}

/// The whole body, if it is not too large; one that says so beforehand is not waited for.
pub async fn read(request: &HttpRequest, mut payload: dev::Payload) -> Result<web::Bytes> {
    refuse_length(request, LIMIT)?;
    // Behind an upgrade to a WebSocket actix-http takes all that comes for the body.
    let length = content_length(request).filter(|_| request.head().upgrade());
    let mut body = web::BytesMut::new();
    while length.is_none_or(|length| (body.len() as u64) < length)
        && let Some(chunk) = next_chunk(&mut payload).await?
    {
        if body.len() + chunk.len() > LIMIT {
            return Err(Problem::BodyTooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

pub fn refuse_length(request: &HttpRequest, limit: usize) -> Result<()> {
    let too_long = content_length(request).is_some_and(|length| length > limit as u64);
    if too_long { Err(Problem::BodyTooLarge) } else { Ok(()) }
}

fn content_length(request: &HttpRequest) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

pub async fn next_chunk(payload: &mut dev::Payload) -> Result<Option<web::Bytes>> {
    match tokio::time::timeout(SILENCE, payload.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) | Err(_) => Err(Problem::MalformedJson), // a body that broke off; nobody reads this
    }
}

/// Syntax first, then the shape, of which the first fault ends the reading, then all values.
pub fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T> {
    let value: T = parse_shape(bytes)?;
    value.validate().map_err(|errors| Problem::ValidationFailed(validation::faults(&errors)))?;
    Ok(value)
}

pub fn parse_shape<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    // serde's structs would read an array too.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::MalformedJson);
    }
    serde_json::from_slice::<Strict>(bytes).map_err(|_| Problem::MalformedJson)?;
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(deserializer).map_err(|error| Problem::ValidationFailed(vec![shape_fault(&error)]))
}

fn shape_fault(error: &serde_path_to_error::Error<serde_json::Error>) -> Fault {
    let place = error.path().iter().fold(String::new(), |pointer, segment| match segment {
        serde_path_to_error::Segment::Map { key } => validation::pointer_to(&pointer, key),
        _ => pointer,
    });
    match shape_code(&error.inner().to_string()) {
        ("required", Some(member)) => {
            Fault { pointer: validation::pointer_to(&place, member), code: "required".into() }
        }
        (code, _) => Fault { pointer: place, code: code.into() },
    }
}

/// The code of an error of serde, and the member that is missing; others are named by the error's path. Kinds of errors are
/// texts in serde: those of `missing_field` and `unknown_field` in `serde::de::Error`.
pub fn shape_code(error: &str) -> (&'static str, Option<&str>) {
    if let Some(rest) = error.strip_prefix("missing field `") {
        ("required", rest.split('`').next())
    } else if error.starts_with("unknown field `") {
        ("unknown", None)
    } else {
        ("type", None)
    }
}

/// Any JSON in which no name stands twice in an object and no string holds U+0000; the rest of the
/// grammar, the depth and the range of numbers are serde_json's.
struct Strict;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Strict, E> {
        Ok(Strict)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Strict, E> {
        if text.contains('\0') { Err(E::custom("U+0000")) } else { Ok(Strict) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        while items.next_element::<Strict>()?.is_some() {}
        Ok(Strict)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value::<Strict>()?;
            if name.contains('\0') || !names.insert(name) {
                return Err(de::Error::custom("a name twice, or U+0000"));
            }
        }
        Ok(Strict)
    }
}
