//! Lines of a body as it comes (BULK-1). `AsyncBufReadExt::lines` would want UTF-8 and keep a line of any length.

use crate::platform::body::Reading;
use crate::platform::problem::Problem;

const LONGEST: usize = 1 << 20;
const CHUNK: usize = 32 << 10;

pub struct Lines<'r> {
    body: Reading<'r>,
    buffer: Vec<u8>,
    /// Where the next line begins, and how far its end was looked for.
    start: usize,
    searched: usize,
    too_long: bool,
}

/// A line without its end; none if it is too long.
pub type Line<'a> = Option<&'a [u8]>;

impl<'r> Lines<'r> {
    pub fn of(body: Reading<'r>) -> Self {
        Self { body, buffer: Vec::new(), start: 0, searched: 0, too_long: false }
    }

    /// Reads on without looking, for a client that still sends.
    pub async fn drain(&mut self) {
        self.body.drain().await;
    }

    pub async fn next(&mut self) -> Result<Option<Line<'_>>, Problem> {
        loop {
            if let Some(at) = self.buffer[self.searched..].iter().position(|&byte| byte == b'\n') {
                let (start, end) = (self.start, self.searched + at);
                (self.start, self.searched) = (end + 1, end + 1);
                let line = &self.buffer[start..end];
                return Ok(Some(self.line(line.strip_suffix(b"\r").unwrap_or(line).len(), start)));
            }
            self.make_room();
            if !self.body.more(&mut self.buffer).await? {
                if self.start == self.buffer.len() && !self.too_long {
                    return Ok(None);
                }
                let (start, length) = (self.start, self.buffer.len() - self.start);
                (self.start, self.searched) = (self.buffer.len(), self.buffer.len());
                return Ok(Some(self.line(length, start)));
            }
        }
    }

    fn line(&mut self, length: usize, start: usize) -> Line<'_> {
        let too_long = std::mem::take(&mut self.too_long) || length > LONGEST;
        (!too_long).then(|| &self.buffer[start..start + length])
    }

    /// Drops what was told, and what can only be the rest of a line that is too long.
    fn make_room(&mut self) {
        self.buffer.drain(..self.start);
        if self.buffer.len() > LONGEST + 1 {
            self.too_long = true;
            self.buffer.clear();
        }
        (self.start, self.searched) = (0, self.buffer.len());
        self.buffer.reserve(CHUNK);
    }
}
