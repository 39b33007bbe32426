//! The one LISTEN connection of the process. A notification is a hint to read the table, so none can be lost.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use serde::Deserialize;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::platform::{Problem, Result};

const CHANNEL: &str = "shop_events";
const RECONNECT: Duration = Duration::from_millis(500);
const LISTENING_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Topic {
    Stock,
    Orders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Connecting,
    Listening,
    Closed,
}

pub struct Hub {
    state: watch::Sender<State>,
    stock: watch::Sender<()>,
    orders: watch::Sender<()>,
    /// Between two comments that keep a stream alive.
    pub ping: Duration,
}

impl Hub {
    pub fn new(ping: Duration) -> Self {
        Self {
            state: watch::Sender::new(State::Connecting),
            stock: watch::Sender::new(()),
            orders: watch::Sender::new(()),
            ping,
        }
    }

    /// Runs until the hub is closed.
    pub async fn listen(self: Arc<Self>, options: PgConnectOptions) {
        let follow_for_ever = async {
            loop {
                if let Err(error) = self.follow(options.clone()).await {
                    tracing::warn!("listening for events: {error}");
                }
                self.change(State::Listening, State::Connecting);
                sleep(RECONNECT).await;
            }
        };
        tokio::select! { () = self.closed() => {}, () = follow_for_ever => {} }
    }

    /// Follows one connection until it is lost.
    async fn follow(&self, options: PgConnectOptions) -> sqlx::Result<()> {
        let single = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let mut listener = PgListener::connect_with(&single.connect_with(options).await?).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        self.change(State::Connecting, State::Listening);
        // What was told while nobody listened.
        self.stock.send_replace(());
        self.orders.send_replace(());
        while let Some(notification) = listener.try_recv().await? {
            match notification.payload().split(':').next() {
                Some("stock") => self.stock.send_replace(()),
                _ => self.orders.send_replace(()),
            }
        }
        Ok(())
    }

    /// Nothing opens a hub again that was closed.
    fn change(&self, from: State, to: State) {
        self.state.send_if_modified(|state| {
            let changes = *state == from;
            if changes {
                *state = to;
            }
            changes
        });
    }

    /// Waits until LISTEN is active.
    pub async fn listening(&self) -> Result<()> {
        let mut state = self.state.subscribe();
        match timeout(LISTENING_WITHIN, state.wait_for(|state| *state != State::Connecting)).await {
            Ok(Ok(state)) if *state == State::Listening => Ok(()),
            _ => Err(Problem::ServiceUnavailable(anyhow!("no connection listens for events"))),
        }
    }

    /// Changes when something may have happened to the topic.
    pub fn subscribe(&self, topic: Topic) -> watch::Receiver<()> {
        match topic {
            Topic::Stock => self.stock.subscribe(),
            Topic::Orders => self.orders.subscribe(),
        }
    }

    /// Ends all streams, now and later.
    pub fn close(&self) {
        self.state.send_replace(State::Closed);
    }

    pub async fn closed(&self) {
        let _ = self.state.subscribe().wait_for(|state| *state == State::Closed).await;
    }
}
