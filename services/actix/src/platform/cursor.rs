//! Pages that are cut by position; all services of a fleet make the same cursors (CURSOR-1).

use actix_web::HttpResponseBuilder;
use actix_web::http::header;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::path;
use super::problem::{Problem, Result};
use super::query::Pairs;

const MAX_LENGTH: usize = 1200;
const MAC_BYTES: usize = 16;
/// The end of the year 2999.
const LAST_MOMENT: i64 = 32_503_679_999_999;
const HIGHEST_PRICE: i64 = 9_999_999_999;

/// The list for which a cursor is good.
#[derive(Debug)]
pub struct Scope<'a> {
    pub resource: &'a str,
    pub sort: &'a str,
    /// As received after decoding, in the contract's order, "" if absent.
    pub filters: &'a [&'a str],
}

/// The last row of a page: the text of its sort key, and its id.
#[derive(Debug, PartialEq, Eq)]
pub struct Position {
    pub key: String,
    pub id: Uuid,
}

#[derive(Clone)]
pub struct Cursors {
    key: Hmac<Sha256>,
}

impl Cursors {
    pub fn new(secret: &str) -> Self {
        Self { key: Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length") }
    }

    pub fn seal(&self, scope: &Scope<'_>, position: &Position) -> String {
        let payload = format!("{}{}\n{}", scope.prefix(), position.key, position.id);
        let mac = self.key.clone().chain_update(&payload).finalize().into_bytes();
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(payload), BASE64_URL_SAFE_NO_PAD.encode(&mac[..MAC_BYTES]))
    }

    pub fn open(&self, scope: &Scope<'_>, cursor: &str) -> Result<Position> {
        self.opened(scope, cursor).ok_or(Problem::InvalidCursor)
    }

    fn opened(&self, scope: &Scope<'_>, cursor: &str) -> Option<Position> {
        if cursor.len() > MAX_LENGTH {
            return None;
        }
        let (payload, mac) = cursor.split_once('.')?;
        let payload = BASE64_URL_SAFE_NO_PAD.decode(payload).ok()?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok().filter(|mac| mac.len() == MAC_BYTES)?;
        self.key.clone().chain_update(&payload).verify_truncated_left(&mac).ok()?;
        let payload = String::from_utf8(payload).ok()?;
        // The id is behind the last line feed: a name may hold some.
        let (key, id) = payload.strip_prefix(&scope.prefix())?.rsplit_once('\n')?;
        Some(Position { key: key.to_owned(), id: path::parse_id(id)? })
    }
}

impl Scope<'_> {
    fn prefix(&self) -> String {
        let filters = hex::encode(Sha256::digest(self.filters.join("\n")));
        format!("{}\n{}\n{}\n", self.resource, self.sort, &filters[..16])
    }
}

impl Position {
    pub fn moment(&self) -> Result<chrono::DateTime<chrono::Utc>> {
        let milliseconds = self.integer(LAST_MOMENT)?;
        chrono::DateTime::from_timestamp_millis(milliseconds).ok_or(Problem::InvalidCursor)
    }

    pub fn price(&self) -> Result<i64> {
        self.integer(HIGHEST_PRICE)
    }

    pub fn name(&self) -> Result<&str> {
        let fits = (1..=120).contains(&self.key.chars().count()) && !self.key.contains('\0');
        if fits { Ok(&self.key) } else { Err(Problem::InvalidCursor) }
    }

    /// A number has one spelling: no sign, no leading zero.
    fn integer(&self, highest: i64) -> Result<i64> {
        let number =
            self.key.parse().ok().filter(|number| (0..=highest).contains(number) && number.to_string() == self.key);
        number.ok_or(Problem::InvalidCursor)
    }
}

/// The answer of a list.
#[derive(Serialize)]
pub struct Page<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts rows of which there is one more than `limit` if there is a next page. `position` is that of a row.
    pub fn cut(
        mut rows: Vec<T>,
        limit: u8,
        cursors: &Cursors,
        scope: &Scope<'_>,
        position: impl Fn(&T) -> Position,
    ) -> Self {
        let more = rows.len() > usize::from(limit);
        rows.truncate(limit.into());
        let next_cursor = rows.last().filter(|_| more).map(|last| cursors.seal(scope, &position(last)));
        Self { items: rows, next_cursor }
    }

    /// The same page of what is made of its rows.
    pub async fn try_map<U, E>(self, make: impl AsyncFnOnce(Vec<T>) -> Result<Vec<U>, E>) -> Result<Page<U>, E> {
        Ok(Page { items: make(self.items).await?, next_cursor: self.next_cursor })
    }

    /// Adds the `Link` to the next page.
    pub fn link(&self, path: &str, pairs: &Pairs, response: &mut HttpResponseBuilder) {
        if let Some(cursor) = &self.next_cursor {
            response.insert_header((header::LINK, format!("<{path}?{}>; rel=\"next\"", pairs.with_cursor(cursor))));
        }
    }
}
