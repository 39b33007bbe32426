//! What happens to stock and orders, as server-sent events.

mod hub;
mod routes;

use std::time::Duration;

use rocket::fairing::{AdHoc, Fairing};

use crate::platform::Db;
use hub::Hub;

/// How often a stream says something.
struct Ping(Duration);

/// The hub listens from liftoff to shutdown.
pub fn stage(db: &Db, ping_every: Duration) -> impl Fairing {
    let url = db.url().to_owned();
    AdHoc::on_ignite("events", move |rocket| async move {
        let hub = Hub::default();
        let listening = AdHoc::on_liftoff("LISTEN", |rocket| {
            Box::pin(async move {
                if let Some(hub) = rocket.state::<Hub>() {
                    tokio::spawn(hub.clone().run(url, rocket.shutdown()));
                }
            })
        });
        rocket.manage(hub).manage(Ping(ping_every)).attach(listening).mount("/", routes![routes::stream_events])
    })
}
