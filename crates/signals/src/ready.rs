//! Waiting for one descriptor.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Waits until one of `fds` is readable or closed at its other end, `limit` at most, and tells which;
/// `None` when the time is over. A signal's handler does not end the wait.
pub(crate) fn first_readable(
    fds: &[BorrowedFd],
    limit: Option<Duration>,
) -> nix::Result<Option<usize>> {
    let start = Instant::now();
    let mut polled: Vec<PollFd> = fds
        .iter()
        .map(|fd| PollFd::new(*fd, PollFlags::POLLIN))
        .collect();
    loop {
        let left = limit.map(|limit| limit.saturating_sub(start.elapsed()));
        match poll(&mut polled, timeout(left)) {
            Ok(0) if left.is_some_and(|left| left.is_zero()) => return Ok(None),
            Ok(0) | Err(Errno::EINTR) => {}
            Ok(_) => return Ok(polled.iter().position(|fd| fd.any().unwrap_or(true))),
            Err(error) => return Err(error),
        }
    }
}

/// Rounded up: a wait that is cut to 0 ms would spin for the last one.
fn timeout(left: Option<Duration>) -> PollTimeout {
    let Some(left) = left else {
        return PollTimeout::NONE;
    };
    let milliseconds = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX)
}
