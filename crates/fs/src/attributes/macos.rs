//! The umask, by setting it and setting it back.

use std::io;

use nix::sys::stat::{Mode, umask as set_umask};

pub(super) fn umask() -> io::Result<u32> {
    // The strictest meanwhile: a file that another thread makes now is closed to others, not open.
    let umask = set_umask(Mode::S_IRWXG | Mode::S_IRWXO);
    set_umask(umask);
    Ok(umask.bits().into())
}
