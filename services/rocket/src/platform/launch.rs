//! Launches Rocket, and lets it end as soon as nothing runs any more.

use std::time::Duration;

use rocket::error::ErrorKind;
use rocket::fairing::AdHoc;
use rocket::{Build, Config, Rocket};
use tokio::time::sleep;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

/// What a connection has to write its last bytes.
const LAST_BYTES: Duration = Duration::from_millis(100);

/// Serves until SIGTERM or SIGINT. Rocket then takes no more connections, lets those that wait for a request go, and sleeps
/// through the whole of `grace` if any is left, so that each request holds a token until its answer has gone out: without
/// one there is nothing to wait for.
pub async fn launch(rocket: Rocket<Build>) -> Result<(), rocket::Error> {
    let running = TaskTracker::new();
    let tracker = running.clone();
    let rocket = rocket
        .attach(AdHoc::on_request("running", move |request, _| {
            let token = tracker.token();
            Box::pin(async move {
                request.local_cache(|| token); // which is dropped with the request
            })
        }))
        .attach(AdHoc::on_liftoff("listening", |rocket| {
            Box::pin(async move {
                let Config { address, port, .. } = rocket.config();
                info!(%address, port, "listening");
            })
        }))
        .ignite()
        .await?;
    let shutdown = rocket.shutdown();
    let idle = async {
        shutdown.await;
        running.close();
        loop {
            running.wait().await;
            sleep(LAST_BYTES).await;
            if running.is_empty() {
                return;
            }
        }
    };
    let ended = tokio::select! {
        ended = rocket.launch() => ended.map(drop),
        () = idle => Ok(()),
    };
    match ended {
        Err(error) if matches!(error.kind(), ErrorKind::Shutdown(..)) => {
            warn!("requests that did not end in time are cut off");
            Ok(())
        }
        ended => ended,
    }
}
