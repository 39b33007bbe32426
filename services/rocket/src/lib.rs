//! Rosetta Shop on Rocket. Here is what there is; each feature is a stage.

#[macro_use]
extern crate rocket;

use rocket::config::{Ident, LogLevel, Shutdown};
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

use ops::observe::Metrics;
use platform::{Cursors, Db, Settings, StrictHeads, Tokens, cache_control, method_not_allowed, problem};

/// What requests that run at SIGTERM have to end; the process has ten seconds.
const GRACE: u32 = 6; // seconds

/// The whole service.
pub fn rocket(settings: &Settings, db: Db) -> Rocket<Build> {
    // No figment of the environment: ROCKET_* changes nothing (OPS-1). The log is tracing's.
    let config = Config {
        address: settings.address,
        port: settings.port,
        ident: Ident::none(),
        log_level: LogLevel::Off,
        cli_colors: false,
        shutdown: Shutdown { grace: GRACE, mercy: 1, ..Shutdown::default() },
        ..Config::default()
    };
    rocket::custom(config)
        .manage(Tokens::new(&settings.jwt_secret))
        .manage(Cursors::new(&settings.cursor_secret))
        .attach(Metrics)
        .attach(cache_control())
        .attach(StrictHeads)
        .attach(catalog::stage())
        .attach(accounts::stage())
        .attach(carts::stage())
        .attach(checkout::stage())
        .attach(orders::stage())
        .attach(admin::stage())
        .attach(bulk::stage(db.max_size()))
        .attach(webhooks::stage(&settings.webhook_key))
        .attach(events::stage(&db, settings.ping_every))
        .attach(ops::stage())
        .attach(method_not_allowed()) // behind all routes
        .manage(db)
        .register("/", catchers![problem::catch_all])
}
