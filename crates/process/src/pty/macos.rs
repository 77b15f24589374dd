//! Opening a controller on macOS.
//!
//! Sound: `ptsname` answers in a buffer that all threads share; a lock keeps ours apart, and nothing else
//! of the crate calls it.
#![allow(unsafe_code)]

use std::sync::{Mutex, PoisonError};

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::pty::{PtyMaster, posix_openpt, ptsname};

/// `posix_openpt` knows no `O_CLOEXEC` here: a child that another thread starts between the two calls
/// inherits the descriptor.
pub(super) fn open_controller() -> nix::Result<PtyMaster> {
    let controller = posix_openpt(OFlag::O_RDWR | OFlag::O_NOCTTY)?;
    fcntl(&controller, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    Ok(controller)
}

pub(super) fn terminal_name(controller: &PtyMaster) -> nix::Result<String> {
    static BUFFER: Mutex<()> = Mutex::new(());
    let _guard = BUFFER.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the lock is held, and the answer is copied before it is let go.
    unsafe { ptsname(controller) }
}
