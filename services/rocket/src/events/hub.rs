//! The process's one LISTEN connection, and the streams that wait for its hints.

use std::time::Duration;

use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rocket::Shutdown;
use rocket::futures::StreamExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tracing::warn;

use crate::platform::Problem;

const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// How long a new stream waits for the connection.
const LISTENING_WITHIN: Duration = Duration::from_secs(1);

/// Which session of LISTEN this is, and how many hints it has had; session 0 is none.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Hint {
    session: u64,
    count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    Stock,
    Orders,
}

impl Topic {
    pub const ALL: [Self; 2] = [Self::Stock, Self::Orders];

    pub fn name(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Orders => "orders",
        }
    }
}

/// A hint holds no data: whoever gets one reads the table, so that none can be lost.
#[derive(Clone, Default)]
pub struct Hub {
    hints: [watch::Sender<Hint>; 2],
}

impl Hub {
    /// Listens, again and again if the connection is lost, until the service ends.
    pub async fn run(self, url: String, shutdown: Shutdown) {
        let mut session = 0;
        let listening = async {
            loop {
                session += 1;
                if let Err(error) = self.listen(&url, session).await {
                    warn!(%error, "not listening for events");
                }
                self.begin(0);
                sleep(RECONNECT_AFTER).await;
            }
        };
        tokio::select! {
            () = listening => {}
            () = shutdown => {}
        }
    }

    async fn listen(&self, url: &str, session: u64) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let mut connection = AsyncPgConnection::establish(url).await?;
        sql_query("LISTEN shop_events").execute(&mut connection).await?;
        self.begin(session);
        let mut notifications = std::pin::pin!(connection.notifications_stream());
        while let Some(notification) = notifications.next().await {
            let payload = notification?.payload; // `stock:7`
            let topic = Topic::ALL.into_iter().find(|topic| payload.starts_with(topic.name()));
            if let Some(topic) = topic {
                self.hints[topic as usize].send_modify(|hint| hint.count += 1);
            }
        }
        Ok(())
    }

    fn begin(&self, session: u64) {
        for hints in &self.hints {
            hints.send_replace(Hint { session, count: 0 });
        }
    }

    /// Waits until LISTEN is active.
    pub async fn subscribe(&self, topic: Topic) -> Result<Subscription, Problem> {
        let mut hints = self.hints[topic as usize].subscribe();
        let session = match timeout(LISTENING_WITHIN, hints.wait_for(|hint| hint.session > 0)).await {
            Ok(Ok(hint)) => hint.session,
            _ => return Err(Problem::unavailable()),
        };
        Ok(Subscription { hints, session })
    }
}

/// What one stream hears. It ends with the session: clients resume, and what was notified in between is in the table.
pub struct Subscription {
    hints: watch::Receiver<Hint>,
    session: u64,
}

impl Subscription {
    /// Waits for the next hint, or for as long as one may have got lost; false when the session is over.
    pub async fn hint(&mut self, longest: Duration) -> bool {
        let _ = timeout(longest, self.hints.changed()).await;
        self.hints.borrow_and_update().session == self.session
    }
}
