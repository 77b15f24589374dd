//! One stream, any number of sinks, one thread.
//!
//! What to do when one of several sinks fails is a decision, and it is made here in the open: Go's
//! `io.MultiWriter` stops at the first failure, `tee` goes on with the others. With one thread a
//! slow sink slows all down; [`fan_out`](crate::fan_out) gives each a thread of its own.

use std::fmt;
use std::io::{self, Write};

/// What becomes of the others when one sink fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnFailure {
    /// The first failure ends it for all, as in Go's `io.MultiWriter`. Sinks before the failing one
    /// have the bytes, those after it have not; so nothing is written any more after that.
    Stop,
    /// The failing sink is set aside and the others go on. Writing fails when none is left.
    Continue,
}

/// A sink that failed, and how far it came.
#[derive(Debug, thiserror::Error)]
#[error("{name}: accepted {accepted} bytes, then: {error}")]
pub struct Failure {
    /// The name that the sink was added with.
    pub name: String,
    /// How many bytes of the stream it had taken before.
    pub accepted: u64,
    /// What it said.
    pub error: io::Error,
}

/// Writes everything to every sink.
///
/// ```
/// use std::io::Write;
/// use io_writer::multi::{MultiWriter, OnFailure};
///
/// let (mut first, mut second) = (Vec::new(), Vec::new());
/// let mut all = MultiWriter::new(OnFailure::Stop);
/// all.push("first", &mut first);
/// all.push("second", &mut second);
/// all.write_all(b"to all")?;
/// drop(all);
/// assert_eq!((&first[..], &second[..]), (&b"to all"[..], &b"to all"[..]));
/// # Ok::<(), std::io::Error>(())
/// ```
//
// Invariant: under `Continue`, all sinks in `sinks` have taken the same bytes; under `Stop` too, as
// long as `failures` is empty.
pub struct MultiWriter<'a> {
    on_failure: OnFailure,
    sinks: Vec<NamedSink<'a>>,
    failures: Vec<Failure>,
}

struct NamedSink<'a> {
    name: String,
    writer: Box<dyn Write + 'a>,
    accepted: u64,
}

impl<'a> MultiWriter<'a> {
    /// No sinks yet: bytes written to it vanish.
    pub fn new(on_failure: OnFailure) -> Self {
        MultiWriter {
            on_failure,
            sinks: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Adds a sink, which gets what is written from now on. `name` is for reports.
    pub fn push(&mut self, name: impl Into<String>, writer: impl Write + 'a) {
        self.sinks.push(NamedSink {
            name: name.into(),
            writer: Box::new(writer),
            accepted: 0,
        });
    }

    /// The sinks that failed so far, in the order of their failing.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// Does `step` with every sink and sets the failing ones aside.
    fn each(
        &mut self,
        mut step: impl FnMut(&mut NamedSink<'a>) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.is_over() {
            return Err(self.verdict());
        }
        let mut index = 0;
        while index < self.sinks.len() {
            let Err(error) = step(&mut self.sinks[index]) else {
                index += 1;
                continue;
            };
            let NamedSink { name, accepted, .. } = self.sinks.remove(index);
            self.failures.push(Failure {
                name,
                accepted,
                error,
            });
            if self.is_over() {
                return Err(self.verdict());
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        match self.on_failure {
            OnFailure::Stop => !self.failures.is_empty(),
            OnFailure::Continue => !self.failures.is_empty() && self.sinks.is_empty(),
        }
    }

    /// The last failure as an error for the caller; the original stays in [`Self::failures`].
    fn verdict(&self) -> io::Error {
        let last = self.failures.last().expect("it is over by a failure");
        io::Error::new(last.error.kind(), last.to_string())
    }
}

impl Write for MultiWriter<'_> {
    /// Takes all of `bytes`: short writes of a sink are finished, interrupted ones repeated.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.each(|sink| write_counted(&mut sink.writer, bytes, &mut sink.accepted))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.each(|sink| sink.writer.flush())
    }
}

/// `write_all`, but `accepted` is right also when it fails half-way.
pub(crate) fn write_counted(
    writer: &mut impl Write,
    mut bytes: &[u8],
    accepted: &mut u64,
) -> io::Result<()> {
    while !bytes.is_empty() {
        match writer.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => {
                *accepted += n as u64;
                bytes = &bytes[n..];
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

impl fmt::Debug for MultiWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.sinks.iter().map(|sink| sink.name.as_str()).collect();
        f.debug_struct("MultiWriter")
            .field("on_failure", &self.on_failure)
            .field("sinks", &names)
            .field("failures", &self.failures)
            .finish()
    }
}
