//! What more than one feature stands on.

pub mod auth;
pub mod conditions;
pub mod connection;
pub mod cursor;
pub mod database;
pub mod json;
pub mod metrics;
pub mod path;
pub mod problem;
pub mod query;
pub mod rate_limit;
pub mod validation;
mod values;

pub use problem::{Problem, Result};
pub use values::{RawObject, Timestamp};
