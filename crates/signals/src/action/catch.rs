//! A handler that counts, and does nothing else.

use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use nix::libc;
use nix::unistd::Pid;

use super::{ActionError, Disposition, Handler, Restore, raw_info, set_for_now};
use crate::signal::{LARGEST, Received, Signal};

const SLOTS: usize = LARGEST as usize + 1;

/// One for each signal, for the whole process: a handler has no other memory.
static COUNTS: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
static SENDERS: [AtomicI32; SLOTS] = [const { AtomicI32::new(0) }; SLOTS];

/// A signal whose handler counts. The old disposition comes back when this is dropped.
#[derive(Debug)]
pub struct Caught {
    signal: Signal,
    /// What the counter stood at: it is never set back, as another `Caught` may read it too.
    start: u64,
    _restore: Restore,
}

/// Has `signal` counted instead of doing what it did: the smallest handler there is.
///
/// ```
/// use signals::signal::Signal;
/// use signals::{action, send};
///
/// let caught = action::catch(Signal::USR1)?;
/// send::raise(Signal::USR1)?;
/// assert_eq!(caught.count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`set`](super::set).
pub fn catch(signal: Signal) -> Result<Caught, ActionError> {
    // SAFETY: `count` stores to atomics and calls nothing, so it cannot disturb what it interrupts.
    let handler = unsafe { Handler::new(count) };
    let start = slot(signal).load(Ordering::SeqCst);
    let restore = set_for_now(signal, Disposition::Handler(handler))?;
    Ok(Caught {
        signal,
        start,
        _restore: restore,
    })
}

impl Caught {
    /// How often the handler has run since [`catch`]. Standard signals that came while one was pending
    /// are not counted: the kernel has merged them.
    pub fn count(&self) -> u64 {
        slot(self.signal).load(Ordering::SeqCst) - self.start
    }

    /// The process that sent the last one; `None` when it was the kernel, or none has come.
    pub fn last_sender(&self) -> Option<Pid> {
        let pid = SENDERS[self.signal.number() as usize].load(Ordering::SeqCst);
        (pid != 0).then(|| Pid::from_raw(pid))
    }
}

fn slot(signal: Signal) -> &'static AtomicU64 {
    &COUNTS[signal.number() as usize]
}

/// The handler. `fetch_add` and `store` are single instructions or loops of them: nothing that could be
/// found half done.
extern "C" fn count(number: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: SA_SIGINFO is set, so the kernel hands over a siginfo_t that lives until we return.
    let received = Received::from_raw(raw_info(unsafe { &*info }));
    let sender = received.and_then(|received| received.pid);
    SENDERS[number as usize].store(sender.map_or(0, Pid::as_raw), Ordering::SeqCst);
    COUNTS[number as usize].fetch_add(1, Ordering::SeqCst);
}
