//! All products, from one snapshot, to clients that may read slowly.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::rt;
use actix_web::web::Bytes;
use anyhow::anyhow;
use async_stream::stream;
use futures_util::Stream;
use sqlx::{PgPool, PgTransaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use crate::catalog::{Product, product_query};
use crate::platform::{Problem, Result};

const PAGE: usize = 100;
const PIECE: usize = 16 << 10;
const SLOT_WITHIN: Duration = Duration::from_secs(8);
/// A client that takes nothing for so long is cut off.
const SILENCE: Duration = Duration::from_secs(25);
/// Well below the role's idle_in_transaction_session_timeout.
const KEEP_ALIVE: Duration = Duration::from_secs(2);

/// Exports that nobody reads leave half of the pool to others.
pub struct ExportSlots(Arc<Semaphore>);

impl ExportSlots {
    pub fn new(pool_size: u32) -> Self {
        Self(Arc::new(Semaphore::new((pool_size as usize / 2).max(1))))
    }
}

/// The first page is read before the answer begins, so that a database that is away is a 503.
pub async fn stream(pool: &PgPool, slots: &ExportSlots) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
    let slot = timeout(SLOT_WITHIN, slots.0.clone().acquire_owned()).await;
    let Ok(Ok(slot)) = slot else { return Err(Problem::ServiceUnavailable(anyhow!("enough exports are running"))) };
    // Pages, not one long SELECT: that would meet the role's statement_timeout when the client reads slowly.
    let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let first = page(&mut snapshot, "").await?;
    let (sender, mut receiver) = mpsc::channel(1);
    // A task of its own: actix-web does not poll the body of a client that does not read, and the snapshot must be kept busy.
    rt::spawn(async move {
        if let Err(error) = send_all(snapshot, slot, first, &sender).await {
            tracing::warn!("an export was cut off: {error:#}");
        }
    });
    Ok(stream! {
        loop {
            match receiver.recv().await {
                Some(Some(piece)) => yield Ok(piece),
                Some(None) => break,
                // Without the mark of the end the connection is cut: half an export must not look whole.
                None => {
                    yield Err(io::ErrorKind::ConnectionAborted.into());
                    break;
                }
            }
        }
    })
}

async fn send_all(
    mut snapshot: PgTransaction<'_>,
    _slot: OwnedSemaphorePermit,
    mut rows: Vec<Product>,
    sender: &mpsc::Sender<Option<Bytes>>,
) -> anyhow::Result<()> {
    while let Some(last) = rows.last() {
        let last = last.sku.clone();
        let mut text = vec![];
        for row in &rows {
            serde_json::to_writer(&mut text, row)?;
            text.push(b'\n');
        }
        let mut text = Bytes::from(text);
        while !text.is_empty() {
            let piece = text.split_to(PIECE.min(text.len()));
            send(&mut snapshot, sender, Some(piece)).await?;
        }
        rows = if rows.len() < PAGE { vec![] } else { page(&mut snapshot, &last).await? };
    }
    send(&mut snapshot, sender, None).await
}

/// Waits for the client, but not without end, and keeps the transaction from being idle meanwhile.
async fn send(
    snapshot: &mut PgTransaction<'_>,
    sender: &mpsc::Sender<Option<Bytes>>,
    piece: Option<Bytes>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        match timeout(KEEP_ALIVE, sender.reserve()).await {
            Ok(permit) => {
                permit?.send(piece);
                return Ok(());
            }
            Err(_) if started.elapsed() > SILENCE => return Err(anyhow!("the client does not read")),
            Err(_) => sqlx::query_scalar!("SELECT 1").fetch_one(&mut **snapshot).await?,
        };
    }
}

async fn page(snapshot: &mut PgTransaction<'_>, after: &str) -> sqlx::Result<Vec<Product>> {
    product_query!("SELECT " + columns + " FROM products WHERE sku > $1 ORDER BY sku LIMIT $2", after, PAGE as i64)
        .fetch_all(&mut **snapshot)
        .await
}
