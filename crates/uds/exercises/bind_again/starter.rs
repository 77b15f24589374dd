//! Listens at a path where an old socket file lies, and throws nobody out.
//!
//! A socket file outlives its server, and is in the way of the next `bind`. The version below
//! removes whatever there is: also the address of a server that lives, and a file that is no socket
//! at all.
//!
//! `listen_at` shall remove the file only when it is a socket and nobody listens there; in all
//! other cases what is there stays, and the error of `bind` comes back.
//!
//! Checked: a free path, a file left by a dead server, a living server, a regular file.
//!
//! Lesson: uds/socket-file-stays

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::{fs, io};

/// A listener at `path`, also where a dead server has left its file.
pub fn listen_at(path: &Path) -> io::Result<UnixListener> {
    let _ = fs::remove_file(path);
    UnixListener::bind(path)
}
