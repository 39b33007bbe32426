//! Limits of requests, which the database keeps (RATE-1 to RATE-3).

use diesel::sql_types::{Bool, Double, Integer, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::RunQueryDsl;

use crate::platform::problem::RATE_LIMITED;
use crate::platform::{Db, Problem, Result};

pub struct RateLimit {
    pub name: &'static str,
    pub burst: i32,
    /// Seconds from one request to the next.
    pub interval: i32,
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Bool)]
    allowed: bool,
    #[diesel(sql_type = Integer)]
    retry_after: i32,
}

impl RateLimit {
    /// Takes one, in a transaction of its own: what follows may roll back.
    pub async fn take(&self, db: &Db, key: &str) -> Result<()> {
        // A function that returns a row has no form in Diesel's DSL.
        let taken: Taken = sql_query("SELECT allowed, retry_after FROM rate_take($1, $2, $3)")
            .bind::<Text, _>(format!("{}:{key}", self.name))
            .bind::<Integer, _>(self.burst)
            .bind::<Double, _>(f64::from(self.interval))
            .get_result(&mut db.get().await?)
            .await?;
        if taken.allowed {
            return Ok(());
        }
        let (name, after) = (self.name, taken.retry_after);
        Err(Problem::from(RATE_LIMITED)
            .header("Retry-After", after.to_string())
            .header("RateLimit-Policy", format!("\"{name}\";q={};w={}", self.burst, self.burst * self.interval))
            .header("RateLimit", format!("\"{name}\";r=0;t={after}")))
    }
}
