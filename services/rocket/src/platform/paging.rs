//! Pages that are cut by position, and the cursors that say where the next one begins (CURSOR-1).

use std::fmt::Write;

use base64::prelude::*;
use hmac::{Hmac, Mac};
use rocket::Request;
use rocket::http::RawStr;
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::{OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

use crate::platform::problem::INVALID_CURSOR;
use crate::platform::query::pairs;
use crate::platform::{Json, Result, hex, hmac, is_id};

const LONGEST: usize = 1200;
const MAC_BYTES: usize = 16;
const LAST_MILLISECOND: i64 = 32_503_679_999_999; // of the year 2999

/// For which list a cursor is good.
pub struct Scope(String);

impl Scope {
    /// Filters are the decoded values in the contract's order, empty when absent.
    pub fn new(resource: &str, sort: &str, filters: &[&str]) -> Self {
        let hash = hex(&Sha256::digest(filters.join("\n")));
        Self(format!("{resource}\n{sort}\n{}\n", &hash[..16]))
    }
}

/// The last row of a page: what it is sorted by, and its id.
pub struct Position {
    pub key: String,
    pub id: Uuid,
}

impl Position {
    pub fn millis(&self) -> Result<PrimitiveDateTime> {
        let moment = OffsetDateTime::UNIX_EPOCH + time::Duration::milliseconds(self.integer(LAST_MILLISECOND)?);
        Ok(PrimitiveDateTime::new(moment.date(), moment.time()))
    }

    /// A number in its one spelling.
    pub fn integer(&self, highest: i64) -> Result<i64> {
        let number = self.key.parse().ok().filter(|number| (0..=highest).contains(number));
        number.filter(|number: &i64| number.to_string() == self.key).ok_or_else(|| INVALID_CURSOR.into())
    }
}

/// The key of rows that are sorted by a moment.
pub fn millis(moment: PrimitiveDateTime) -> String {
    (moment.assume_utc().unix_timestamp_nanos() / 1_000_000).to_string()
}

/// Makes and opens cursors with CURSOR_SECRET.
pub struct Cursors(Hmac<Sha256>);

impl Cursors {
    pub fn new(secret: &str) -> Self {
        Self(hmac(secret.as_bytes()))
    }

    fn mac(&self, payload: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(payload.as_bytes());
        mac
    }

    pub fn seal(&self, scope: &Scope, key: &str, id: Uuid) -> String {
        let payload = format!("{}{key}\n{id}", scope.0);
        let mac = self.mac(&payload).finalize().into_bytes();
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(&payload), BASE64_URL_SAFE_NO_PAD.encode(&mac[..MAC_BYTES]))
    }

    /// The position of a cursor, none for the first page.
    pub fn open(&self, scope: &Scope, sealed: &str) -> Result<Option<Position>> {
        if sealed.is_empty() {
            return Ok(None);
        }
        self.position(scope, sealed).map(Some).ok_or_else(|| INVALID_CURSOR.into())
    }

    pub fn position(&self, scope: &Scope, sealed: &str) -> Option<Position> {
        if sealed.len() > LONGEST {
            return None;
        }
        let (payload, mac) = sealed.split_once('.')?;
        let payload = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok().filter(|mac| mac.len() == MAC_BYTES)?;
        self.mac(&payload).verify_truncated_left(&mac).ok()?;
        // The id is after the last line feed: a name may hold one.
        let (key, id) = payload.strip_prefix(&scope.0)?.rsplit_once('\n')?;
        let id = id.parse().ok().filter(|_| is_id(id))?;
        (!key.contains('\0')).then(|| Position { key: key.to_owned(), id })
    }
}

/// One page of a list. The statement behind it reads one row more than the limit.
#[derive(Serialize)]
pub struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    pub fn new(items: Vec<T>, next_cursor: Option<String>) -> Self {
        Self { items, next_cursor }
    }
}

/// Takes the row too many away; gives the last one of the page if there was one.
pub fn cut<T>(rows: &mut Vec<T>, limit: u8) -> Option<&T> {
    let more = rows.len() > usize::from(limit);
    rows.truncate(limit.into());
    rows.last().filter(|_| more)
}

impl<'r, T: Serialize> Responder<'r, 'static> for Page<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let link = self.next_cursor.as_ref().map(|cursor| {
            let mut target = format!("{}?", request.uri().path());
            let is_kept = |pair: &&RawStr| pair.split_at_byte(b'=').0.url_decode_lossy() != "cursor";
            for pair in pairs(request).filter(is_kept) {
                let _ = write!(target, "{pair}&");
            }
            format!("<{target}cursor={cursor}>; rel=\"next\"")
        });
        let mut response = Response::build_from(Json(&self).respond_to(request)?);
        if let Some(link) = link {
            response.raw_header("Link", link);
        }
        response.ok()
    }
}
