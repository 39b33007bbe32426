//! The pool, and which of its errors mean "try again later".

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// An exhausted pool must answer within ten seconds.
const ACQUIRE_WITHIN: Duration = Duration::from_secs(8);

/// Connects when the first query does: the service starts while the database is away.
pub fn pool(options: PgConnectOptions, size: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_WITHIN)
        .test_before_acquire(false) // it is tested when it is given back
        .connect_lazy_with(options.application_name("shop-actix"))
}

/// Whether an error is the state of the database or of the pool, and not the request's fault.
pub fn is_unavailable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08")
                || matches!(&*code, "40001" | "40P01" | "55P03" | "57014" | "53300" | "57P01" | "57P02" | "57P03")
        }),
        sqlx::Error::Io(error) => error.kind() != ErrorKind::InvalidInput,
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => {
            true
        }
        _ => false,
    }
}

/// Whether a constraint of this name was violated.
pub fn violates(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|error| error.constraint()) == Some(constraint)
}
