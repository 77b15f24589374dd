//! Only `connect` tells whether somebody listens; and a regular file, too, refuses connections.
//!
//! Two servers that start at the same moment can still both find the old file. `uds::listener` has
//! a lock beside the socket for that.

use std::io::ErrorKind;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::{fs, io};

/// A listener at `path`, also where a dead server has left its file.
pub fn listen_at(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == ErrorKind::AddrInUse && is_abandoned(path)? => {
            fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        other => other,
    }
}

fn is_abandoned(path: &Path) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Ok(false);
    }
    let refused = |error: io::Error| error.kind() == ErrorKind::ConnectionRefused;
    Ok(UnixStream::connect(path).is_err_and(refused))
}
