use std::process::ExitCode;

use shop::configuration::{MigrateSettings, ServeSettings, log_level};
use shop::{startup, telemetry};

fn main() -> ExitCode {
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        // SAFETY: no other thread runs yet. sqlx reads PGOPTIONS and others, which may not decide anything here.
        unsafe { std::env::remove_var(name) };
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let command = std::env::args().nth(1);
    telemetry::init(log_level()?)?;
    let system = actix_web::rt::System::new();
    match command.as_deref() {
        Some("migrate") => system.block_on(startup::migrate(MigrateSettings::read()?)),
        Some("serve") => system.block_on(startup::serve(ServeSettings::read()?)),
        _ => anyhow::bail!("usage: shop migrate|serve"),
    }
}
