//! The pool, and what its errors mean to a client.

use std::time::Duration;

use deadpool::managed::PoolError as Waiting;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error;
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use tracing::{error, warn};

use crate::platform::{Problem, Result, problem};

pub type Connection = Object<AsyncPgConnection>;

/// A request waits for a connection no longer than this: DB-6 gives it ten seconds in all.
const WAIT: Duration = Duration::from_secs(8);

/// The pool of the process, as managed state. It is no request guard that takes a connection: guards run before the body
/// has come, and a client that sends slowly would keep the connection meanwhile.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    url: String,
}

impl Db {
    /// Connects when the first connection is asked for, so that a service starts without its database.
    pub fn new(url: &str, size: usize) -> Result<Self, String> {
        let mut config = ManagerConfig::default();
        // `Verified`, the default, asks `SELECT 1` each time; a connection that was closed is noticed without.
        config.recycling_method = RecyclingMethod::Fast;
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config(url, config))
            .max_size(size)
            .runtime(deadpool::Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { pool, url: url.to_owned() })
    }

    pub async fn get(&self) -> Result<Connection> {
        Ok(self.pool.get().await?)
    }

    /// The most connections.
    pub fn max_size(&self) -> usize {
        self.pool.status().max_size
    }

    /// Where a connection of one's own leads.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn close(&self) {
        self.pool.close();
    }
}

impl From<PoolError> for Problem {
    fn from(error: PoolError) -> Self {
        match error {
            Waiting::Timeout(_) => warn!("no connection came free in time"),
            error => warn!(%error, "no connection to the database"),
        }
        Self::unavailable()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if let Error::NotFound = error {
            return problem::NOT_FOUND.into();
        }
        if is_passing(&error) {
            warn!(%error, "the database is away or overloaded");
            return Self::unavailable();
        }
        error!(%error, "a statement failed");
        problem::INTERNAL_ERROR.into()
    }
}

/// Whether trying again may help (DB-6). Diesel keeps no SQLSTATE beyond its few kinds, so that the others are known by
/// the beginning of PostgreSQL's message.
fn is_passing(error: &Error) -> bool {
    const PASSING: [&str; 7] = [
        "canceling statement due to", // 55P03, 57014
        "deadlock detected",          // 40P01
        "terminating connection",     // 57P01, 57P02
        "the database system is",     // 57P03
        "sorry, too many clients",    // 53300
        "remaining connection slots", // 53300
        "too many connections for",   // 53300
    ];
    match error {
        Error::DatabaseError(DatabaseErrorKind::Unknown, told) => {
            PASSING.iter().any(|beginning| told.message().starts_with(beginning))
        }
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::UnableToSendCommand
            | DatabaseErrorKind::SerializationFailure,
            _,
        )
        | Error::BrokenTransactionManager => true,
        Error::RollbackErrorOnCommit { commit_error, .. } => is_passing(commit_error),
        _ => false,
    }
}
