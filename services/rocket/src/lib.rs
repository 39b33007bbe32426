//! Rosetta Shop on Rocket. Here is what there is; each feature mounts its own routes.

use rocket::config::{Ident, LogLevel};
use rocket::{Build, Config, Rocket};

pub mod accounts;
mod admin;
mod bulk;
mod carts;
mod catalog;
mod checkout;
mod events;
pub mod migrations;
mod ops;
mod orders;
pub mod platform;
pub mod pricing;
mod schema;
mod webhooks;

use platform::auth::Tokens;
use platform::config::Settings;
use platform::database::Db;
use platform::observe::Metrics;
use platform::paging::Cursors;
use platform::{headers, problem, routing};

/// The whole service without its server.
pub fn rocket(settings: &Settings, db: Db) -> Result<Rocket<Build>, prometheus::Error> {
    // No figment of the environment: ROCKET_* changes nothing (OPS-1). The log is tracing's.
    let config = Config { ident: Ident::none(), log_level: LogLevel::Off, cli_colors: false, ..Config::default() };
    let metrics = Metrics::new()?;
    Ok(rocket::custom(config)
        .manage(Tokens::new(&settings.jwt_secret))
        .manage(Cursors::new(&settings.cursor_secret))
        .manage(metrics.clone())
        .attach(metrics)
        .attach(headers::cache_control())
        .attach(routing::exact_paths())
        .attach(routing::method_not_allowed())
        .attach(accounts::stage())
        .attach(bulk::stage(db.max_size()))
        .attach(events::stage(&db, settings.ping_every))
        .attach(webhooks::stage(&settings.webhook_key))
        .manage(db)
        .mount("/", catalog::routes())
        .mount("/", accounts::routes())
        .mount("/", carts::routes())
        .mount("/", checkout::routes())
        .mount("/", orders::routes())
        .mount("/", admin::routes())
        .mount("/", bulk::routes())
        .mount("/", webhooks::routes())
        .mount("/", events::routes())
        .mount("/", ops::routes())
        .register("/", rocket::catchers![problem::catch_all]))
}
