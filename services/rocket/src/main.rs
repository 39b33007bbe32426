//! Rosetta Shop on Rocket: `shop migrate` prepares the database, `shop serve` answers requests, and `shop health` asks a
//! serving process in the same container whether it is ready.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use shop::platform::{Db, MigrateSettings, Settings, launch};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tracing::level_filters::LevelFilter;

#[rocket::main]
async fn main() -> ExitCode {
    let command = env::args().skip(1).collect::<Vec<_>>().join(" ");
    let done = match command.as_str() {
        "migrate" => migrate().await,
        "serve" => serve().await,
        "health" => health().await,
        _ => Err("usage: shop migrate | serve | health".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn migrate() -> Result<(), Box<dyn Error + Send + Sync>> {
    let settings = MigrateSettings::from_env()?;
    log_from(settings.log_level);
    shop::migrations::run(&settings.database_url).await?;
    let db = Db::new(&settings.database_url, 1)?;
    shop::accounts::ensure_admin(&db, &settings.admin_email, settings.admin_password)
        .await
        .map_err(|problem| problem.kind.detail)?;
    Ok(())
}

async fn serve() -> Result<(), Box<dyn Error + Send + Sync>> {
    let settings = Settings::from_env()?;
    log_from(settings.log_level);
    let db = Db::new(&settings.database_url, settings.pool_size)?;
    launch(shop::rocket(&settings, db.clone())).await.map_err(|error| error.to_string())?;
    db.close();
    Ok(())
}

/// For HEALTHCHECK: the image has no curl.
async fn health() -> Result<(), Box<dyn Error + Send + Sync>> {
    let port = env::var("PORT").ok().filter(|port| !port.is_empty()).unwrap_or_else(|| "8080".to_owned());
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).await?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if answer.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err("/readyz does not answer 200".into()) }
}

fn log_from(level: LevelFilter) {
    tracing_subscriber::fmt().json().with_max_level(level).with_writer(std::io::stderr).init();
}
