//! The variables of OPS-1.

use std::env;
use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use base64::prelude::*;
use tracing::level_filters::LevelFilter;

use crate::accounts::is_email;

/// What `serve` needs.
pub struct Settings {
    pub database_url: String,
    pub address: IpAddr,
    pub port: u16,
    pub jwt_secret: String,
    pub cursor_secret: String,
    pub webhook_key: Vec<u8>,
    pub pool_size: usize,
    pub ping_every: Duration,
    pub log_level: LevelFilter,
}

/// What `migrate` needs.
pub struct MigrateSettings {
    pub database_url: String,
    pub admin_email: String,
    pub admin_password: String,
    pub log_level: LevelFilter,
}

impl Settings {
    pub fn from_env() -> Result<Self, String> {
        Self::read(Variables(&|name| env::var(name).ok()))
    }

    pub fn read(variables: Variables<'_>) -> Result<Self, String> {
        Ok(Self {
            database_url: variables.database_url()?,
            address: variables.value("HOST", "0.0.0.0", address)?,
            port: variables.value("PORT", "8080", |text| text.parse().ok())?,
            jwt_secret: variables.value("JWT_SECRET", "", secret)?,
            cursor_secret: variables.value("CURSOR_SECRET", "", secret)?,
            webhook_key: variables.value("WEBHOOK_SECRET", "", webhook_key)?,
            pool_size: variables.value("DB_POOL_SIZE", "10", |text| within(text, 1, 100))?,
            ping_every: Duration::from_secs(variables.value("SSE_PING_SECONDS", "15", |text| within(text, 1, 60))?),
            log_level: variables.log_level()?,
        })
    }
}

impl MigrateSettings {
    pub fn from_env() -> Result<Self, String> {
        let variables = Variables(&|name| env::var(name).ok());
        let password = |text: &str| (8..=128).contains(&text.chars().count()).then(|| text.to_owned());
        Ok(Self {
            database_url: variables.database_url()?,
            admin_email: variables
                .value("ADMIN_EMAIL", "", |text| is_email(text).then(|| text.to_ascii_lowercase()))?,
            admin_password: variables.value("ADMIN_PASSWORD", "", password)?,
            log_level: variables.log_level()?,
        })
    }
}

fn address(host: &str) -> Option<IpAddr> {
    Some((host, 0).to_socket_addrs().ok()?.next()?.ip())
}

fn secret(text: &str) -> Option<String> {
    (text.len() >= 32).then(|| text.to_owned())
}

fn webhook_key(text: &str) -> Option<Vec<u8>> {
    let key = BASE64_STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn within<T: std::str::FromStr + PartialOrd>(text: &str, lowest: T, highest: T) -> Option<T> {
    text.parse().ok().filter(|number| (lowest..=highest).contains(number))
}

/// Where variables are looked up.
#[derive(Clone, Copy)]
pub struct Variables<'a>(pub &'a dyn Fn(&str) -> Option<String>);

impl Variables<'_> {
    /// An empty one is missing, and so is its default if it has none. What is wrong is told by name alone: it may be a secret.
    fn value<T>(&self, name: &str, default: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, String> {
        let text = (self.0)(name).filter(|text| !text.is_empty()).unwrap_or_else(|| default.to_owned());
        if text.is_empty() {
            return Err(format!("{name} is missing"));
        }
        parse(&text).ok_or_else(|| format!("{name} does not have its form"))
    }

    fn database_url(&self) -> Result<String, String> {
        self.value("DATABASE_URL", "", |text| {
            let scheme = text.starts_with("postgresql://") || text.starts_with("postgres://");
            (scheme && text.parse::<tokio_postgres::Config>().is_ok()).then(|| text.to_owned())
        })
    }

    fn log_level(&self) -> Result<LevelFilter, String> {
        let known = ["debug", "info", "warn", "error"];
        self.value("LOG_LEVEL", "info", |text| known.contains(&text).then(|| text.parse().ok())?)
    }
}
