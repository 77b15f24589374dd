//! The loop around `write(2)` that every output ends in.
//!
//! One `write(2)` may take fewer bytes than it was offered (a *short write*: a pipe or a socket
//! buffer had room for no more, a signal came in between), take none because a signal came first
//! (`EINTR`), or take none because a non-blocking descriptor has no room just now (`EAGAIN`).
//! None of the three is a failure, and a caller who treats them so loses data. Go hides this loop
//! in `internal/poll.(*FD).Write`; Rust's [`Write::write_all`] has the first two parts, and gives
//! up at `EAGAIN` without saying how many bytes had gone out before.

use std::fmt;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Writes all of `bytes`, however many calls of `write` that takes.
///
/// Interrupted calls are repeated. When a non-blocking descriptor is full the thread sleeps in
/// [`poll(2)`](https://man7.org/linux/man-pages/man2/poll.2.html) until it is writable again, for
/// at most `patience` since the last byte was taken: a reader that is slow is waited for, one that
/// takes nothing at all is not. `None` waits for ever. A *blocking* descriptor never says `EAGAIN`,
/// so `patience` cannot help there: the kernel blocks inside `write`.
///
/// # Errors
///
/// [`WriteError`] says how many bytes the kernel took before, so that a caller can resume.
///
/// ```
/// use std::io::{PipeWriter, Read, pipe};
/// use io_writer::write_loop::write_fully;
///
/// let (mut reader, mut writer): (_, PipeWriter) = pipe()?;
/// write_fully(&mut writer, b"all of it", None)?;
/// drop(writer);
/// let mut text = String::new();
/// reader.read_to_string(&mut text)?;
/// assert_eq!(text, "all of it");
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "EAGAIN")]
#[doc(alias = "EINTR")]
pub fn write_fully(
    writer: &mut (impl Write + AsFd),
    bytes: &[u8],
    patience: Option<Duration>,
) -> Result<(), WriteError> {
    let mut written = 0;
    while written < bytes.len() {
        match write_some(writer, &bytes[written..], patience) {
            Ok(n) => written += n,
            Err(cause) => return Err(WriteError { written, cause }),
        }
    }
    Ok(())
}

/// Writes at least one of `bytes` and returns how many; waits for room as [`write_fully`] does.
///
/// With `bytes` empty it makes the call all the same and returns 0.
///
/// # Errors
///
/// [`Cause`]; nothing was written then.
pub fn write_some(
    writer: &mut (impl Write + AsFd),
    bytes: &[u8],
    patience: Option<Duration>,
) -> Result<usize, Cause> {
    let mut full_since: Option<Instant> = None;
    loop {
        match writer.write(bytes) {
            Ok(0) if !bytes.is_empty() => return Err(Cause::Zero),
            Ok(n) => return Ok(n),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                let since = *full_since.get_or_insert_with(Instant::now);
                wait_until_writable(writer, since, patience)?;
            }
            Err(e) => return Err(Cause::Io(e)),
        }
    }
}

/// Sleeps until `writer` may take bytes, or until `patience` since `since` is over.
///
/// The time is looked at *before* sleeping, so after the last sleep the caller tries to write once
/// more. That matters: a TCP socket reports writable only once a good part of its buffer is free,
/// and would take a byte long before.
fn wait_until_writable(
    writer: &impl AsFd,
    since: Instant,
    patience: Option<Duration>,
) -> Result<(), Cause> {
    let timeout = match patience {
        None => PollTimeout::NONE,
        Some(patience) => match patience.checked_sub(since.elapsed()) {
            None | Some(Duration::ZERO) => return Err(Cause::Stalled(patience)),
            Some(left) => round_up(left),
        },
    };
    let mut fds = [PollFd::new(writer.as_fd(), PollFlags::POLLOUT)];
    match poll(&mut fds, timeout) {
        // Also when poll reports POLLERR or POLLHUP: the next write says what is wrong.
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(Cause::Io(errno.into())),
    }
}

/// poll(2) counts in whole milliseconds: a rest of half a millisecond rounded down would be a busy
/// loop.
fn round_up(left: Duration) -> PollTimeout {
    PollTimeout::try_from(left.saturating_add(Duration::from_micros(999)))
        .unwrap_or(PollTimeout::MAX)
}

/// Why [`write_fully`] stopped, and where.
#[derive(Debug, thiserror::Error)]
#[error("{written} bytes were written, then: {cause}")]
pub struct WriteError {
    /// How many bytes of the slice the kernel had taken.
    pub written: usize,
    /// What ended it.
    pub cause: Cause,
}

/// What ended a [`write_fully`].
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// The descriptor was full and took nothing for this long.
    #[error("accepted nothing for {}", Seconds(*.0))]
    Stalled(Duration),
    /// `write` returned 0 for a slice that is not empty: this writer will never take more.
    #[error("a write took no bytes")]
    Zero,
    /// Any other failure, as the system reported it.
    #[error(transparent)]
    Io(io::Error),
}

impl From<Cause> for io::Error {
    /// A stall becomes [`io::ErrorKind::TimedOut`], a zero [`io::ErrorKind::WriteZero`].
    fn from(cause: Cause) -> io::Error {
        match cause {
            Cause::Io(error) => error,
            Cause::Stalled(_) => io::Error::new(io::ErrorKind::TimedOut, cause),
            Cause::Zero => io::Error::new(io::ErrorKind::WriteZero, cause),
        }
    }
}

impl From<WriteError> for io::Error {
    /// Forgets how many bytes were written, as `io::Error` has no room for it.
    fn from(error: WriteError) -> io::Error {
        error.cause.into()
    }
}

/// Shows a duration as people say it: `10 s`, `0.25 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0.as_secs_f64())
    }
}
