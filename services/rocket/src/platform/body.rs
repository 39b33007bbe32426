//! Bodies of requests: their media type, their size, and where they come from.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use rocket::Request;
use rocket::data::{ByteUnit, Data, ToByteUnit};
use rocket::futures::TryStreamExt;
use rocket::tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::io::StreamReader;

use crate::platform::headers::only;
use crate::platform::problem::{BODY_TOO_LARGE, MALFORMED_JSON, Problem, UNSUPPORTED_MEDIA_TYPE};

/// The limit of a document.
pub const DOCUMENT: u64 = 65_536;

/// What a body may be over its limit and is still read to its end, so that the client reads its 413 and not a reset.
const PATIENCE: u64 = 1 << 20;

/// The body that the server has not read yet. It travels in the request's local state: Rocket's `Data` reads its first
/// bytes before any guard could refuse them, and `serve` gives it none.
#[derive(Default)]
pub struct Upload {
    incoming: Mutex<Option<Incoming>>,
    ended: AtomicBool,
}

impl Upload {
    pub fn of(incoming: Incoming) -> Self {
        let ended = AtomicBool::new(incoming.is_end_stream());
        Self { incoming: Mutex::new(Some(incoming)), ended }
    }

    /// Whether what follows on the connection is the next request.
    pub fn is_read(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    fn take(&self) -> Option<Incoming> {
        self.incoming.lock().ok()?.take()
    }
}

/// What the guards ask about a body before they read it (HTTP-5).
pub fn check_media_type(request: &Request<'_>, expected: &str) -> Result<(), Problem> {
    let refused = Problem::from(UNSUPPORTED_MEDIA_TYPE);
    let told = only(request, "Content-Type").ok().flatten().unwrap_or_default();
    let essence = told.split(';').next().unwrap_or_default();
    let coding = only(request, "Content-Encoding").map_err(|_| refused.clone())?.unwrap_or("identity");
    let fits = essence.trim().eq_ignore_ascii_case(expected) && coding.eq_ignore_ascii_case("identity");
    if fits { Ok(()) } else { Err(refused) }
}

/// The body as it comes. Whoever reads it to its end says so with `finish`.
pub struct Reading<'r> {
    reader: Box<dyn AsyncRead + Send + Unpin + 'r>,
    upload: &'r Upload,
    limit: u64,
    read: u64,
}

/// Opens the body, unless its announced length says that it is far too large.
pub fn open<'r>(request: &'r Request<'_>, data: Data<'r>, limit: u64) -> Result<Reading<'r>, Problem> {
    let announced = only(request, "Content-Length").ok().flatten().and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit + PATIENCE) {
        return Err(BODY_TOO_LARGE.into());
    }
    let upload = request.local_cache(Arc::<Upload>::default);
    let reader: Box<dyn AsyncRead + Send + Unpin + 'r> = match upload.take() {
        Some(incoming) => Box::new(StreamReader::new(incoming.into_data_stream().map_err(io::Error::other))),
        None => Box::new(data.open(ByteUnit::max_value().min((limit + PATIENCE + 1).bytes()))),
    };
    Ok(Reading { reader, upload, limit, read: 0 })
}

impl Reading<'_> {
    /// Appends what has come to the buffer; false at the end of the body.
    pub async fn more(&mut self, buffer: &mut Vec<u8>) -> Result<bool, Problem> {
        // Whoever breaks off has not sent a document.
        let count = self.reader.read_buf(buffer).await.map_err(|_| Problem::from(MALFORMED_JSON))?;
        self.read += count as u64;
        if count == 0 {
            self.upload.ended.store(true, Ordering::Release);
        } else if self.read > self.limit {
            self.drain().await;
            return Err(BODY_TOO_LARGE.into());
        }
        Ok(count > 0)
    }

    /// Reads on for a while, since a client that still writes would not read the answer.
    pub async fn drain(&mut self) {
        let mut dropped = Vec::with_capacity(65_536);
        while self.read <= self.limit + PATIENCE {
            dropped.clear();
            match self.reader.read_buf(&mut dropped).await {
                Ok(0) => return self.upload.ended.store(true, Ordering::Release),
                Ok(count) => self.read += count as u64,
                Err(_) => return,
            }
        }
    }
}

/// A whole document.
pub async fn read<'r>(request: &'r Request<'_>, data: Data<'r>) -> Result<Vec<u8>, Problem> {
    let mut reading = open(request, data, DOCUMENT)?;
    let mut document = Vec::with_capacity(1024);
    while reading.more(&mut document).await? {}
    Ok(document)
}
