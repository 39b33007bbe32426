//! `rate_take` decides, for all services of a fleet.

use sqlx::PgPool;

use super::problem::{Problem, Result};

pub struct Policy {
    pub name: &'static str,
    pub burst: i32,
    /// Seconds until one more request is allowed.
    pub interval: f64,
}

impl Policy {
    /// A statement of its own on the pool, so that it is committed whatever happens next.
    pub async fn take(&self, pool: &PgPool, key: &str) -> Result<()> {
        let taken = sqlx::query!(
            r#"SELECT allowed AS "allowed!", retry_after AS "retry_after!" FROM rate_take($1, $2, $3)"#,
            format!("{}:{key}", self.name),
            self.burst,
            self.interval,
        )
        .fetch_one(pool)
        .await?;
        if taken.allowed {
            return Ok(());
        }
        Err(Problem::RateLimited {
            policy: format!("\"{}\";q={};w=60", self.name, self.burst),
            limit: format!("\"{}\";r=0;t={}", self.name, taken.retry_after),
            retry_after: taken.retry_after,
        })
    }
}
