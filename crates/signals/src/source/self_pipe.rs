//! The reading end of the self-pipe.

use std::fs::File;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};

use super::SourceError;
use super::registry::{Place, RECORD};
use crate::set::SignalSet;
use crate::signal::{RawInfo, Received};

/// The places go before the pipe does: fields are dropped in their order.
#[derive(Debug)]
pub(super) struct SelfPipe {
    places: Vec<Place>,
    reader: File,
    _writer: PipeWriter,
}

impl SelfPipe {
    pub(super) fn new(set: &SignalSet) -> Result<Self, SourceError> {
        let (reader, writer) = pipe().map_err(|source| SourceError::Failed {
            call: "pipe",
            source,
        })?;
        let places = set
            .iter()
            .map(|signal| Place::take(signal, writer.as_fd()))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            places,
            reader: File::from(OwnedFd::from(reader)),
            _writer: writer,
        })
    }

    pub(super) fn read(&mut self) -> io::Result<Vec<Received>> {
        let mut batch = Vec::new();
        let mut buffer = [0; 128 * RECORD];
        loop {
            match self.reader.read(&mut buffer) {
                // Records are written whole, and the buffer is a multiple of them.
                Ok(length) => batch.extend(records(&buffer[..length])),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // After the pipe is empty, never before: see registry's `tell`.
        for place in &self.places {
            for _ in 0..place.take_without_room() {
                batch.push(Received::without_details(place.signal()));
            }
        }
        Ok(batch)
    }
}

impl AsFd for SelfPipe {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

/// The record that only wakes has signal number 0, which is none.
fn records(bytes: &[u8]) -> impl Iterator<Item = Received> + '_ {
    let (records, _) = bytes.as_chunks();
    records
        .iter()
        .filter_map(|record| Received::from_raw(RawInfo::from_bytes(record)))
}

/// Closed at exec, as std makes it, and not blocking at either end: a handler must never wait.
fn pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    for end in [reader.as_fd(), writer.as_fd()] {
        fcntl(end, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    Ok((reader, writer))
}
