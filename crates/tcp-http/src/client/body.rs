//! The body of an answer, as it comes.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;

use super::connection::{Connection, authority};
use super::pool::Pool;
use super::timeouts::Deadline;
use super::{ClientError, Url};
use crate::http::{BodyDecoder, Refusal};

/// How much of a body that nobody wants is read, so that its connection can be kept.
const WORTH_SKIPPING: u64 = 64 * 1024;

/// A body that is read from its connection. The end is reported only when it is the end: a body that
/// is cut, or whose chunks or gzip are broken, is an error.
pub struct Body {
    source: Source,
    authority: String,
}

enum Source {
    Plain(Box<Framed>),
    Gzip(Box<MultiGzDecoder<Framed>>),
}

impl Body {
    /// The body that begins with the connection's next byte. The connection goes back to `pool` at the
    /// end, if there is one.
    pub(crate) fn new(
        connection: Connection,
        decoder: BodyDecoder,
        url: Url,
        pool: Option<Arc<Pool>>,
        deadline: Deadline,
        unpack: bool,
    ) -> Self {
        let authority = authority(&url);
        let mut framed = Framed {
            connection: Some(connection),
            ready: 0,
            has_begun: false,
            decoder,
            url,
            pool,
            deadline,
        };
        let unpack = unpack && !framed.decoder.is_done();
        framed.finish_if_done();
        let source = if unpack {
            Source::Gzip(Box::new(MultiGzDecoder::new(framed)))
        } else {
            Source::Plain(Box::new(framed))
        };
        Body { source, authority }
    }

    /// Reads some of it; 0 is the end, and all of it was there.
    pub fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, ClientError> {
        let outcome = match &mut self.source {
            Source::Plain(framed) => framed.read(buffer),
            Source::Gzip(decoder) => read_gzip(decoder, buffer),
        };
        outcome.map_err(|error| {
            error.downcast().unwrap_or_else(|cause| ClientError::Gzip {
                authority: self.authority.clone(),
                cause,
            })
        })
    }

    /// All of it.
    pub fn bytes(mut self) -> Result<Vec<u8>, ClientError> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 8192];
        loop {
            match self.read_some(&mut buffer)? {
                0 => return Ok(bytes),
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        }
    }

    /// How many bytes are still to come over the wire, if that is known.
    pub fn remaining(&self) -> Option<u64> {
        let framed = self.framed();
        let remaining = framed.decoder.remaining()?;
        Some(remaining + framed.ready as u64)
    }

    /// Whether [`read_some`](Body::read_some) gives other bytes than came over the wire.
    pub fn is_unpacked(&self) -> bool {
        matches!(self.source, Source::Gzip(_))
    }

    /// The fields behind a chunked body that was read to its end: name and value.
    pub fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.framed().decoder.trailers()
    }

    /// Reads the rest if there is not much of it, which leaves the connection for the next request.
    pub(crate) fn skip(mut self) {
        let mut buffer = [0; 4096];
        let mut left = WORTH_SKIPPING;
        while self.remaining().is_none_or(|rest| rest <= left) {
            match self.framed_mut().read(&mut buffer) {
                Ok(1..) if left > 0 => left = left.saturating_sub(buffer.len() as u64),
                _ => return,
            }
        }
    }

    fn framed(&self) -> &Framed {
        match &self.source {
            Source::Plain(framed) => framed,
            Source::Gzip(decoder) => decoder.get_ref(),
        }
    }

    fn framed_mut(&mut self) -> &mut Framed {
        match &mut self.source {
            Source::Plain(framed) => framed,
            Source::Gzip(decoder) => decoder.get_mut(),
        }
    }
}

/// Errors are [`ClientError`] in an [`io::Error`].
impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_some(buffer).map_err(io::Error::other)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("authority", &self.authority)
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}

/// A body of no bytes at all has no gzip header, either; servers send such.
fn read_gzip(decoder: &mut MultiGzDecoder<Framed>, buffer: &mut [u8]) -> io::Result<usize> {
    let framed = decoder.get_mut();
    if !framed.has_begun && framed.fill_buf()?.is_empty() {
        return Ok(0);
    }
    decoder.read(buffer)
}

/// The content between the framing.
///
/// The first `ready` bytes that the connection has received are content; framing in front of them has
/// been consumed.
struct Framed {
    /// Gone when the body is done: kept elsewhere, or closed.
    connection: Option<Connection>,
    ready: usize,
    /// Whether there was content.
    has_begun: bool,
    decoder: BodyDecoder,
    url: Url,
    /// Where the connection goes, unless it ends with this body.
    pool: Option<Arc<Pool>>,
    deadline: Deadline,
}

impl Framed {
    /// Makes content ready, if there is more.
    fn advance(&mut self) -> Result<(), ClientError> {
        while self.ready == 0 {
            let Some(connection) = &mut self.connection else {
                break;
            };
            let piece = self.decoder.decode(connection.unread());
            let piece = piece.map_err(|refusal| broken(&self.url, refusal))?;
            let (taken, ready) = (piece.taken, piece.data.len());
            connection.consume(taken - ready);
            self.ready = ready;
            self.has_begun |= ready > 0;
            if ready == 0 && !self.decoder.is_done() {
                self.receive()?;
            }
            self.finish_if_done();
        }
        Ok(())
    }

    fn receive(&mut self) -> Result<(), ClientError> {
        let Some(connection) = &mut self.connection else {
            return Ok(());
        };
        match connection.fill(&self.deadline) {
            Ok(0) => {
                let end = self.decoder.end_of_input();
                end.map_err(|refusal| broken(&self.url, refusal))
            }
            Ok(_) => Ok(()),
            Err(cause) => Err(ClientError::Receive {
                authority: authority(&self.url),
                cause,
            }),
        }
    }

    /// Lets the connection go when all is read. More bytes than were announced are no answer to
    /// anything: such a connection is not used again.
    fn finish_if_done(&mut self) {
        if !self.decoder.is_done() || self.ready > 0 {
            return;
        }
        let (connection, pool) = (self.connection.take(), self.pool.take());
        if let (Some(mut connection), Some(pool)) = (connection, pool)
            && connection.unread().is_empty()
        {
            connection.become_idle();
            pool.put(&self.url, connection);
        }
    }
}

impl BufRead for Framed {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.advance().map_err(io::Error::other)?;
        match &self.connection {
            Some(connection) => Ok(&connection.unread()[..self.ready]),
            None => Ok(&[]),
        }
    }

    fn consume(&mut self, count: usize) {
        if let Some(connection) = &mut self.connection {
            connection.consume(count);
            self.ready -= count;
        }
        self.finish_if_done();
    }
}

impl Read for Framed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

fn broken(url: &Url, refusal: Refusal) -> ClientError {
    ClientError::Broken {
        authority: authority(url),
        refusal,
    }
}
