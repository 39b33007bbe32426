//! Brings a database to the contract's schema. `contract/functions.sql` is the last migration, by a symbolic link.

use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use tracing::info;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Applies what is missing.
pub async fn run(database_url: &str) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = AsyncPgConnection::establish(database_url).await?;
    // Of several processes one goes first; the lock ends with the connection.
    sql_query("SELECT pg_advisory_lock(727275)").execute(&mut connection).await?;
    let mut harness = AsyncMigrationHarness::new(connection);
    for version in harness.run_pending_migrations(MIGRATIONS)? {
        info!(%version, "migrated");
    }
    Ok(())
}
