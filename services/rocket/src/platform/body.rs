//! Bodies of requests: their media type, their size, and whether they are whole.

use std::time::Duration;

use rocket::Request;
use rocket::data::{Data, DataStream, ToByteUnit};
use tokio::io::{self, AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use crate::platform::problem::{BODY_TOO_LARGE, MALFORMED_JSON, UNSUPPORTED_MEDIA_TYPE};
use crate::platform::{Problem, Result, only};

/// The limit of a document.
const DOCUMENT: u64 = 65_536;

/// What a body may be over its limit and is still read to its end, so that the client reads its 413 and not a reset.
const PATIENCE: u64 = 1 << 20;

/// A client that sends nothing for so long has read its refusal, or waits for it.
const SILENCE: Duration = Duration::from_millis(100);
const LINGERING: Duration = Duration::from_secs(5);

/// Rocket has read so many bytes of each body, or the whole, before any guard runs: it looks for `_method=delete`.
const PEEKED: usize = 14;

/// What the guards ask about a body before they read it (HTTP-5).
pub fn check_media_type(request: &Request<'_>, expected: &str) -> Result<()> {
    let refused = Problem::from(UNSUPPORTED_MEDIA_TYPE);
    let told = only(request, "Content-Type").ok().flatten().unwrap_or_default();
    let essence = told.split(';').next().unwrap_or_default();
    let coding = only(request, "Content-Encoding").map_err(|_| refused.clone())?.unwrap_or("identity");
    let fits = essence.trim().eq_ignore_ascii_case(expected) && coding.eq_ignore_ascii_case("identity");
    if fits { Ok(()) } else { Err(refused) }
}

/// Opens the body, unless its announced length says that it is far too large.
pub fn open<'r>(request: &Request<'_>, data: Data<'r>, limit: u64) -> Result<DataStream<'r>> {
    let announced = only(request, "Content-Length").ok().flatten().and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit + PATIENCE) {
        return Err(BODY_TOO_LARGE.into());
    }
    let ended = data.peek_complete();
    let body = data.open((limit + PATIENCE).bytes());
    // A body that breaks off within these bytes would end here, as if it were whole: Rocket has dropped the error.
    if !ended && body.hint() < PEEKED {
        return Err(MALFORMED_JSON.into());
    }
    Ok(body)
}

/// A whole document.
pub async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Vec<u8>> {
    let mut body = open(request, data, DOCUMENT)?;
    let mut document = Vec::with_capacity(1024);
    (&mut body).take(DOCUMENT + 1).read_to_end(&mut document).await.map_err(broken_off)?;
    if document.len() as u64 > DOCUMENT {
        drain(&mut body).await;
        return Err(BODY_TOO_LARGE.into());
    }
    Ok(document)
}

/// Whoever breaks off has not sent a document.
pub fn broken_off(_: io::Error) -> Problem {
    MALFORMED_JSON.into()
}

/// Takes in what comes behind a refused head while it keeps coming, since a client, or a balancer, that still sends would not read
/// the refusal.
pub async fn discard(data: Data<'_>, limit: u64) {
    let mut body = data.open((limit + PATIENCE).bytes());
    let mut rest = [0; 8 << 10];
    let taken_in = async { while let Ok(Ok(1..)) = timeout(SILENCE, body.read(&mut rest)).await {} };
    let _ = timeout(LINGERING, taken_in).await;
}

/// Reads on for a while, since a client that still writes would not read the answer.
pub async fn drain(body: &mut (impl AsyncRead + Unpin)) {
    let _ = io::copy(body, &mut io::sink()).await;
}
