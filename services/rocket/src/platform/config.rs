//! The variables of OPS-1. All that are missing or wrong are told at once, by name.

use std::env;
use std::time::Duration;

use base64::prelude::*;
use tracing::level_filters::LevelFilter;

/// What `serve` needs.
pub struct Settings {
    pub database_url: String,
    pub host: String,
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
        Self::read(Variables::of(|name| env::var(name).ok()))
    }

    pub fn read(mut variables: Variables) -> Result<Self, String> {
        let secret = |text: String| (text.len() >= 32).then_some(text);
        let database_url = variables.required("DATABASE_URL", DATABASE_URL_FORM, database_url);
        let host = variables.optional("HOST", "0.0.0.0", "an address", Some);
        let port = variables.optional("PORT", "8080", "0 to 65535", |text| text.parse().ok());
        let jwt_secret = variables.required("JWT_SECRET", "32 bytes or more", secret);
        let cursor_secret = variables.required("CURSOR_SECRET", "32 bytes or more", secret);
        let webhook_key = variables.required("WEBHOOK_SECRET", "whsec_ and the base64 of 24 to 64 bytes", webhook_key);
        let pool_size = variables.optional("DB_POOL_SIZE", "10", "1 to 100", |text| within(&text, 1, 100));
        let ping = variables.optional("SSE_PING_SECONDS", "15", "1 to 60", |text| within(&text, 1, 60));
        let log_level = variables.log_level();
        variables.faults()?;
        // Without a fault every value is there.
        (|| {
            Some(Self {
                database_url: database_url?,
                host: host?,
                port: port?,
                jwt_secret: jwt_secret?,
                cursor_secret: cursor_secret?,
                webhook_key: webhook_key?,
                pool_size: pool_size?,
                ping_every: Duration::from_secs(ping? as u64),
                log_level: log_level?,
            })
        })()
        .ok_or_else(String::new)
    }
}

impl MigrateSettings {
    pub fn from_env() -> Result<Self, String> {
        let mut variables = Variables::of(|name| env::var(name).ok());
        let database_url = variables.required("DATABASE_URL", DATABASE_URL_FORM, database_url);
        let admin_email = variables.required("ADMIN_EMAIL", "an e-mail address", |text| {
            crate::accounts::is_email(&text).then(|| text.to_ascii_lowercase())
        });
        let admin_password = variables.required("ADMIN_PASSWORD", "8 to 128 characters", |text| {
            (8..=128).contains(&text.chars().count()).then_some(text)
        });
        let log_level = variables.log_level();
        variables.faults()?;
        (|| {
            Some(Self {
                database_url: database_url?,
                admin_email: admin_email?,
                admin_password: admin_password?,
                log_level: log_level?,
            })
        })()
        .ok_or_else(String::new)
    }
}

const DATABASE_URL_FORM: &str = "postgresql://user:password@host:port/database";

fn database_url(text: String) -> Option<String> {
    let scheme = text.starts_with("postgresql://") || text.starts_with("postgres://");
    (scheme && text.parse::<tokio_postgres::Config>().is_ok()).then_some(text)
}

#[expect(clippy::needless_pass_by_value, reason = "as all parsers")]
fn webhook_key(text: String) -> Option<Vec<u8>> {
    let key = BASE64_STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn within(text: &str, lowest: usize, highest: usize) -> Option<usize> {
    text.parse().ok().filter(|number| (lowest..=highest).contains(number))
}

type Lookup = Box<dyn Fn(&str) -> Option<String>>;

/// Reads variables and collects what is wrong with them.
pub struct Variables {
    lookup: Lookup,
    faults: Vec<String>,
}

impl Variables {
    pub fn of(lookup: impl Fn(&str) -> Option<String> + 'static) -> Self {
        Self { lookup: Box::new(lookup), faults: Vec::new() }
    }

    fn value(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|text| !text.is_empty())
    }

    fn required<T>(&mut self, name: &str, form: &str, parse: impl FnOnce(String) -> Option<T>) -> Option<T> {
        let value = self.value(name);
        let fault = if value.is_none() { "is missing" } else { "is wrong" };
        let parsed = value.and_then(parse);
        if parsed.is_none() {
            self.faults.push(format!("{name} {fault}: {form}"));
        }
        parsed
    }

    fn optional<T>(
        &mut self,
        name: &str,
        default: &str,
        form: &str,
        parse: impl FnOnce(String) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(self.value(name).unwrap_or_else(|| default.to_owned()));
        if parsed.is_none() {
            self.faults.push(format!("{name} is wrong: {form}"));
        }
        parsed
    }

    fn log_level(&mut self) -> Option<LevelFilter> {
        self.optional("LOG_LEVEL", "info", "debug, info, warn or error", |text| match text.as_str() {
            "debug" => Some(LevelFilter::DEBUG),
            "info" => Some(LevelFilter::INFO),
            "warn" => Some(LevelFilter::WARN),
            "error" => Some(LevelFilter::ERROR),
            _ => None,
        })
    }

    fn faults(&mut self) -> Result<(), String> {
        if self.faults.is_empty() { Ok(()) } else { Err(self.faults.join("; ")) }
    }
}
