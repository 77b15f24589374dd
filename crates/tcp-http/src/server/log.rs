//! The access log: a line for each request, when it is over.
//!
//! Whoever reads the log may be slow, or stop reading: then the pipe is full, and a server that writes
//! into it would stand still with it. So a thread of its own writes, and what it cannot keep up with is
//! dropped and counted.

use std::io::Write;
use std::mem;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::json;

use super::Request;
use crate::http::{HttpDate, Status};

/// So much is kept for a reader that is slow.
const MOST: usize = 1 << 20;

/// How the lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// `127.0.0.1 - - [06/Nov/1994:08:49:37 +0000] "GET / HTTP/1.1" 200 13 57`: the common log format,
    /// and how many microseconds the answer took, up to when its last byte was handed to the kernel.
    Common,
    /// The same as a JSON object.
    Json,
}

/// Writes lines to a place of its own.
#[derive(Debug)]
pub struct AccessLog {
    format: LogFormat,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pending: Mutex<Pending>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Pending {
    lines: Vec<u8>,
    /// Lines for which there was no room.
    lost: u64,
    /// The writer has lines that it took.
    is_writing: bool,
    is_broken: bool,
}

/// A request that is being answered.
pub(super) struct Record {
    peer: SocketAddr,
    started: Instant,
    /// Method, target and version, if there were any.
    words: Option<[String; 3]>,
    pub(super) status: Status,
    /// The length of the body.
    pub(super) bytes: u64,
}

impl AccessLog {
    /// A log that is written to `sink`. When writing fails, it ends quietly.
    pub fn new(format: LogFormat, sink: impl Write + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            pending: Mutex::default(),
            changed: Condvar::new(),
        });
        let writer = Arc::clone(&shared);
        thread::spawn(move || writer.write_to(sink));
        AccessLog { format, shared }
    }

    /// Waits until all is written, but not longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let pending = self.shared.lock();
        let is_busy = |pending: &mut Pending| !pending.lines.is_empty() || pending.is_writing;
        let flushed = self
            .shared
            .changed
            .wait_timeout_while(pending, patience, is_busy);
        drop(flushed);
    }

    /// Adds the line of a request that is over; `unsent` bytes of its answer never left.
    pub(super) fn write(&self, record: Record, unsent: u64) {
        let line = match self.format {
            LogFormat::Common => record.common(unsent),
            LogFormat::Json => record.json(unsent),
        };
        let mut pending = self.shared.lock();
        if pending.lines.len() + line.len() > MOST {
            pending.lost += 1;
        } else if !pending.is_broken {
            pending.lines.extend_from_slice(line.as_bytes());
        }
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut sink: impl Write) {
        loop {
            let (lines, lost) = self.take();
            let mut result = sink.write_all(&lines);
            if lost > 0 {
                result = result.and_then(|()| writeln!(sink, "# {lost} lines were lost"));
            }
            let is_broken = result.and_then(|()| sink.flush()).is_err();
            let mut pending = self.lock();
            pending.is_writing = false;
            pending.is_broken = is_broken;
            self.changed.notify_all();
            if is_broken {
                pending.lines = Vec::new();
                return;
            }
        }
    }

    fn take(&self) -> (Vec<u8>, u64) {
        let has_none = |pending: &mut Pending| pending.lines.is_empty();
        let mut pending = self
            .changed
            .wait_while(self.lock(), has_none)
            .unwrap_or_else(PoisonError::into_inner);
        pending.is_writing = true;
        (mem::take(&mut pending.lines), mem::take(&mut pending.lost))
    }
}

impl Record {
    pub(super) fn of(request: &Request<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut record = Record::unreadable(request.peer);
        record.words = Some([
            text(request.head.method_name()),
            text(request.head.target()),
            request.version().as_str().to_owned(),
        ]);
        record
    }

    pub(super) fn unreadable(peer: SocketAddr) -> Self {
        Record {
            peer,
            started: Instant::now(),
            words: None,
            status: Status::BAD_REQUEST,
            bytes: 0,
        }
    }

    fn common(&self, unsent: u64) -> String {
        let (peer, status, bytes) = (self.peer.ip(), self.status.code(), self.sent(unsent));
        let request = match &self.words {
            Some(words) => words.join(" ").replace('\\', "\\\\").replace('"', "\\\""),
            None => "-".to_owned(),
        };
        let micros = self.started.elapsed().as_micros();
        let time = clf_time(HttpDate::from(SystemTime::now()));
        format!("{peer} - - [{time}] \"{request}\" {status} {bytes} {micros}\n")
    }

    fn json(&self, unsent: u64) -> String {
        let word = |index: usize| self.words.as_ref().map(|words| words[index].as_str());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let line = json!({
            "time": now.map_or(0.0, |since| since.as_secs_f64()),
            "peer": self.peer.to_string(),
            "method": word(0),
            "target": word(1),
            "version": word(2),
            "status": self.status.code(),
            "bytes": self.sent(unsent),
            "microseconds": u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        });
        format!("{line}\n")
    }

    fn sent(&self, unsent: u64) -> u64 {
        self.bytes.saturating_sub(unsent)
    }
}

/// `06/Nov/1994:08:49:37 +0000`
fn clf_time(date: HttpDate) -> String {
    let text = date.format();
    let part = |range: std::ops::Range<usize>| String::from_utf8_lossy(&text[range]).into_owned();
    let (day, month, year, clock) = (part(5..7), part(8..11), part(12..16), part(17..25));
    format!("{day}/{month}/{year}:{clock} +0000")
}
