//! What every feature stands on.

mod auth;
pub mod body;
mod config;
mod database;
mod entity;
mod headers;
mod json;
mod launch;
mod paging;
pub mod problem;
mod query;
mod rate_limit;
mod routing;
mod text;

pub use auth::{Admin, Caller, LIFETIME, Tokens};
pub use config::{MigrateSettings, Settings, Variables};
pub use database::{Connection, Db};
pub use entity::{Entity, Resource};
pub use headers::{IfMatch, IfNoneMatch, cache_control, etag, only};
pub use json::{FieldError, Json, Rejection, checked, document, not_null, shaped, strict, validated};
pub use launch::launch;
pub use paging::{Cursors, Page, Position, Scope, cut, millis};
pub use problem::{Problem, Result};
pub use query::{Parameters, Query, matches};
pub use rate_limit::RateLimit;
pub use routing::{StrictHeads, method_not_allowed};
pub(crate) use text::pattern;
pub use text::{COUPON_CODE, Id, SKU, Sku, hex, hmac, is_id, moment, timestamp};
