use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use diesel_async::{AnsiTransactionManager, RunQueryDsl, TransactionManager};
use rocket::futures::stream::{BoxStream, StreamExt, unfold};
use rocket::http::ContentType;
use rocket::response::{self, Responder, Response};
use rocket::{Request, State};
use tokio::sync::mpsc::{self, Sender};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::io::StreamReader;
use tracing::warn;

use crate::catalog::model::Product;
use crate::platform::problem::INTERNAL_ERROR;
use crate::platform::{Admin, Connection, Db, Problem, Result};
use crate::schema::products;

const PAGE: i64 = 100;
const PIECE: usize = 16 << 10;
const SLOT_WITHIN: Duration = Duration::from_secs(8);
/// With `SILENCES` less than the 30 seconds after which the role ends a transaction that is idle.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// How often in a row a client may have taken nothing. The kernel keeps megabytes, and Rocket cannot ask it for less, so that
/// a client that reads slowly is seen to read once in minutes.
const SILENCES: u32 = 60;

/// Exports that run at once.
pub struct Slots(Arc<Semaphore>);

impl Slots {
    pub fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.max(1))))
    }
}

/// A body that may break: unlike Rocket's `ByteStream`, so that half an export does not look like the whole.
pub struct Export(BoxStream<'static, io::Result<Bytes>>);

impl<'r> Responder<'r, 'static> for Export {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let ndjson = ContentType::new("application", "x-ndjson");
        Response::build().header(ndjson).max_chunk_size(PIECE).streamed_body(StreamReader::new(self.0)).ok()
    }
}

/// One long SELECT would meet statement_timeout as soon as the client reads slowly; pages in one snapshot do not. A task
/// reads them, since a stream that nobody asks for more cannot keep its transaction alive.
#[get("/admin/products/export")]
pub async fn export_products(_admin: Admin, slots: &State<Slots>, db: &State<Db>) -> Result<Export> {
    let slot = timeout(SLOT_WITHIN, slots.0.clone().acquire_owned()).await;
    let slot = slot.ok().and_then(Result::ok).ok_or_else(Problem::unavailable)?;
    let mut connection = db.get().await?;
    let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    AnsiTransactionManager::begin_transaction_sql(&mut *connection, snapshot).await?;
    let first = page(&mut connection, "").await?; // what fails here can still be a problem
    let (pieces, taken) = mpsc::channel(1);
    tokio::spawn(async move {
        if let Err(problem) = send(connection, first, &pieces, slot).await {
            warn!(code = problem.kind.code, "an export broke");
            let _ = pieces.send(Err(io::ErrorKind::BrokenPipe.into())).await;
        }
    });
    Ok(Export(unfold(taken, async |mut taken| taken.recv().await.map(|piece| (piece, taken))).boxed()))
}

async fn page(connection: &mut Connection, after: &str) -> Result<Vec<Product>> {
    let rows = products::table.filter(products::sku.gt(after)).order(products::sku).limit(PAGE);
    Ok(rows.select(Product::as_select()).load(connection).await?)
}

async fn send(
    mut connection: Connection,
    mut rows: Vec<Product>,
    pieces: &Sender<io::Result<Bytes>>,
    _slot: OwnedSemaphorePermit,
) -> Result<()> {
    'pages: while let Some(last) = rows.last() {
        let mut text = Vec::new();
        for row in &rows {
            serde_json::to_writer(&mut text, row).map_err(|_| INTERNAL_ERROR)?;
            text.push(b'\n');
        }
        let text = Bytes::from(text);
        for start in (0..text.len()).step_by(PIECE) {
            let piece = text.slice(start..text.len().min(start + PIECE));
            if !offer(&mut connection, pieces, piece).await? {
                break 'pages;
            }
        }
        rows = page(&mut connection, &last.sku).await?;
    }
    AnsiTransactionManager::commit_transaction(&mut *connection).await?;
    Ok(())
}

/// Waits until the client takes the piece; false if it has left. One that takes nothing for too long is cut off.
async fn offer(connection: &mut Connection, pieces: &Sender<io::Result<Bytes>>, piece: Bytes) -> Result<bool> {
    for _ in 0..SILENCES {
        match timeout(KEEP_ALIVE, pieces.reserve()).await {
            Ok(Ok(place)) => {
                place.send(Ok(piece));
                return Ok(true);
            }
            Ok(Err(_)) => return Ok(false),
            Err(_) => diesel::select(1.into_sql::<Integer>()).execute(connection).await?,
        };
    }
    Err(Problem::unavailable())
}
