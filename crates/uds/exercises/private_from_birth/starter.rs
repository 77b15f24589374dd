//! Makes a socket file that is private from its first moment.
//!
//! `listen_privately` listens at a path to which nobody else may connect: its mode is rw for the
//! owner and nothing for the others. The version below gets there, but between its two calls the
//! file is open to whoever the umask allows, and who connects then stays connected.
//!
//! Checked: the mode, that a client gets through, that the process's umask is the old one
//! afterwards; and on Linux that no call changes the mode of the file when it is there.
//!
//! Lesson: uds/uds-permissions

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

/// A listener at `path` to which only this user's processes can connect.
pub fn listen_privately(path: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))?;
    Ok(listener)
}
