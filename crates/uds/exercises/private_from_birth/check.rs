//! The socket file is never open to others, not even for a moment.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! bind(*, {*"*/private.sock"*) = 0
//! !*chmod*(*"*/private.sock"*)
//! ```

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;

use nix::sys::stat::{Mode, umask};

use super::exercise::listen_privately;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("private.sock");
    let usual = Mode::from_bits_truncate(0o022);
    umask(usual);

    let listener = listen_privately(&path).expect("the path is free");
    let mode = fs::metadata(&path).expect("the file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "the file's mode must be 600, but is {mode:o}");
    println!("✓ the file's mode is 600");

    let _client = UnixStream::connect(&path).expect("the owner may connect");
    listener.accept().expect("a client");
    println!("✓ a client gets through");

    let after = umask(usual);
    assert_eq!(
        after, usual,
        "the process's umask was 022, and is to be so again"
    );
    println!("✓ the umask is as before");

    assert!(listen_privately(&path).is_err(), "the path is taken");
    assert_eq!(
        umask(usual),
        usual,
        "also after an error the umask is to be 022 again"
    );
    println!("✓ also after an error");
}
