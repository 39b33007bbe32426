//! Lines of a body as it comes (BULK-1). `AsyncBufReadExt::lines` would want UTF-8 and keep a line of any length.

use rocket::data::DataStream;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

use crate::platform::Result;
use crate::platform::body::{broken_off, drain};
use crate::platform::problem::BODY_TOO_LARGE;

const LONGEST: usize = 1 << 20;

pub struct Lines<'r> {
    body: BufReader<DataStream<'r>>,
    line: Vec<u8>,
    /// How many bytes may still come.
    left: usize,
}

/// A line without its end; none if it is too long.
pub type Line<'a> = Option<&'a [u8]>;

impl<'r> Lines<'r> {
    pub fn of(body: DataStream<'r>, limit: usize) -> Self {
        Self { body: BufReader::with_capacity(32 << 10, body), line: Vec::new(), left: limit }
    }

    /// Reads on without looking, for a client that still sends.
    pub async fn drain(&mut self) {
        drain(&mut self.body).await;
    }

    pub async fn next(&mut self) -> Result<Option<Line<'_>>> {
        let mut too_long = false;
        loop {
            self.line.clear();
            let mut piece = (&mut self.body).take(LONGEST as u64 + 2);
            let count = piece.read_until(b'\n', &mut self.line).await.map_err(broken_off)?;
            if count > self.left {
                self.drain().await;
                return Err(BODY_TOO_LARGE.into());
            }
            self.left -= count;
            let ended = self.line.pop_if(|byte| *byte == b'\n').is_some();
            if ended || count < LONGEST + 2 {
                if count == 0 && !too_long {
                    return Ok(None);
                }
                let line = self.line.strip_suffix(b"\r").filter(|_| ended).unwrap_or(&self.line);
                return Ok(Some((!too_long && line.len() <= LONGEST).then_some(line)));
            }
            too_long = true;
        }
    }
}
