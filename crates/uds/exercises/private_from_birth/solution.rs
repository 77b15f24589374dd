//! `bind` makes the file with mode 0777 less the umask; afterwards it is too late.
//!
//! The umask is the whole process's, so this belongs before the first thread; where that cannot be
//! had, a folder of mode 0700 around the socket does as well.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::Path;

use nix::sys::stat::{Mode, umask};

/// A listener at `path` to which only this user's processes can connect.
pub fn listen_privately(path: &Path) -> io::Result<UnixListener> {
    let before = umask(Mode::from_bits_truncate(0o177));
    let listener = UnixListener::bind(path);
    umask(before);
    listener
}
