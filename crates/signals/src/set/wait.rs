//! Taking a pending signal instead of having it delivered.

use std::io;
use std::time::{Duration, Instant};

use super::SignalSet;
use crate::signal::Received;

impl SignalSet {
    /// Waits until one of these is pending, and takes it: no handler runs and no default action
    /// happens. The signals have to be blocked, in *all* threads: else the kernel delivers them to the
    /// thread that has not blocked them. Real-time signals come lowest number first.
    ///
    /// On macOS the sender is not told.
    ///
    /// # Errors
    ///
    /// The C library's, which documents none for sets of existing signals.
    #[doc(alias("sigwaitinfo", "sigwait"))]
    pub fn wait(&self) -> io::Result<Received> {
        system::wait(self)
    }

    /// As [`wait`](Self::wait), for `limit` at most; then `None`. A zero limit only looks.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait).
    #[doc(alias = "sigtimedwait")]
    pub fn wait_timeout(&self, limit: Duration) -> io::Result<Option<Received>> {
        let end = Instant::now().checked_add(limit);
        loop {
            let left = end.map_or(limit, |end| end.saturating_duration_since(Instant::now()));
            match system::wait_timeout(self, left) {
                // A handler of another signal has run meanwhile.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                taken => return taken,
            }
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::io;
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::time::Duration;

    use nix::errno::Errno;
    use nix::libc;

    use super::SignalSet;
    use crate::action::raw_info;
    use crate::signal::Received;

    pub(super) fn wait(set: &SignalSet) -> io::Result<Received> {
        loop {
            match take(set, None) {
                Err(Errno::EINTR) => {}
                taken => return Ok(taken?),
            }
        }
    }

    pub(super) fn wait_timeout(set: &SignalSet, limit: Duration) -> io::Result<Option<Received>> {
        let seconds = libc::time_t::try_from(limit.as_secs()).unwrap_or(libc::time_t::MAX);
        let limit = libc::timespec {
            tv_sec: seconds,
            tv_nsec: limit.subsec_nanos().into(),
        };
        match take(set, Some(&limit)) {
            Err(Errno::EAGAIN) => Ok(None),
            taken => Ok(Some(taken?)),
        }
    }

    fn take(set: &SignalSet, limit: Option<&libc::timespec>) -> nix::Result<Received> {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        let limit = limit.map_or(ptr::null(), ptr::from_ref);
        // SAFETY: set and limit (or null: without limit) are read, and info is ours to be written.
        let number = unsafe { libc::sigtimedwait(set.as_raw(), info.as_mut_ptr(), limit) };
        Errno::result(number)?;
        // SAFETY: all bytes were zero, which is a valid siginfo_t, and the kernel has filled it since.
        let info = unsafe { info.assume_init() };
        Received::from_raw(raw_info(&info)).ok_or(Errno::EINVAL)
    }
}

#[cfg(target_os = "macos")]
mod system {
    use std::io;
    use std::thread;
    use std::time::{Duration, Instant};

    use nix::libc;

    use super::SignalSet;
    use crate::signal::{Received, Signal};

    const PAUSE: Duration = Duration::from_millis(5);

    pub(super) fn wait(set: &SignalSet) -> io::Result<Received> {
        let mut number = 0;
        // SAFETY: the set is read, and the number is written to a place of ours.
        let error = unsafe { libc::sigwait(set.as_raw(), &mut number) };
        let signal = Signal::from_number(number);
        match (error, signal) {
            (0, Some(signal)) => Ok(Received::without_details(signal)),
            (error, _) => Err(io::Error::from_raw_os_error(error)),
        }
    }

    /// There is no sigtimedwait, so it looks again and again. Another thread that waits for the same
    /// signals may be faster, and then this waits without limit: one thread is to wait for a signal.
    pub(super) fn wait_timeout(set: &SignalSet, limit: Duration) -> io::Result<Option<Received>> {
        let start = Instant::now();
        loop {
            let pending = SignalSet::pending();
            if set.iter().any(|signal| pending.contains(signal)) {
                return wait(set).map(Some);
            }
            let left = limit.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            thread::sleep(PAUSE.min(left));
        }
    }
}
