//! The environment, read once at start (OPS-1).

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sqlx::postgres::PgConnectOptions;
use tracing::level_filters::LevelFilter;

pub struct MigrateSettings {
    pub database: PgConnectOptions,
    pub admin_email: String,
    pub admin_password: String,
}

pub struct ServeSettings {
    pub database: PgConnectOptions,
    pub pool_size: u32,
    pub host: String,
    pub port: u16,
    pub jwt_secret: String,
    pub cursor_secret: String,
    pub webhook_key: Vec<u8>,
    pub ping: Duration,
}

impl MigrateSettings {
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self {
            database: variable("DATABASE_URL", None)?,
            admin_email: variable("ADMIN_EMAIL", None)?,
            admin_password: variable("ADMIN_PASSWORD", None)?,
        })
    }
}

impl ServeSettings {
    pub fn read() -> anyhow::Result<Self> {
        Ok(Self {
            database: variable("DATABASE_URL", None)?,
            pool_size: number("DB_POOL_SIZE", "10", 1, 100)?,
            host: variable("HOST", Some("0.0.0.0"))?,
            port: variable("PORT", Some("8080"))?,
            jwt_secret: secret("JWT_SECRET")?,
            cursor_secret: secret("CURSOR_SECRET")?,
            webhook_key: webhook_key(&variable::<String>("WEBHOOK_SECRET", None)?).context("WEBHOOK_SECRET")?,
            ping: Duration::from_secs(number("SSE_PING_SECONDS", "15", 1, 60)?.into()),
        })
    }
}

pub fn log_level() -> anyhow::Result<LevelFilter> {
    match variable::<String>("LOG_LEVEL", Some("info"))?.as_str() {
        "debug" => Ok(LevelFilter::DEBUG),
        "info" => Ok(LevelFilter::INFO),
        "warn" => Ok(LevelFilter::WARN),
        "error" => Ok(LevelFilter::ERROR),
        _ => Err(anyhow!("LOG_LEVEL is none of debug, info, warn, error")),
    }
}

/// An empty variable counts as missing. The message never holds the value, which may be a secret.
fn variable<T: FromStr<Err: Display>>(name: &str, default: Option<&str>) -> anyhow::Result<T> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty()).or(default.map(str::to_owned));
    value.with_context(|| format!("{name} is missing"))?.parse().map_err(|_| anyhow!("{name} has a bad value"))
}

fn number(name: &str, default: &str, min: u32, max: u32) -> anyhow::Result<u32> {
    let number = variable(name, Some(default))?;
    ensure!((min..=max).contains(&number), "{name} is not between {min} and {max}");
    Ok(number)
}

fn secret(name: &str) -> anyhow::Result<String> {
    let secret: String = variable(name, None)?;
    ensure!(secret.len() >= 32, "{name} has less than 32 bytes");
    Ok(secret)
}

fn webhook_key(secret: &str) -> anyhow::Result<Vec<u8>> {
    let key = secret.strip_prefix("whsec_").and_then(|text| BASE64_STANDARD.decode(text).ok());
    key.filter(|key| (24..=64).contains(&key.len())).context("not whsec_ and the base64 of 24 to 64 bytes")
}
