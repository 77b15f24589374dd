//! What is in a file to which two descriptors of a command lead.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/log", *O_WRONLY*, *) = $log
//! fcntl($log, F_DUPFD_CLOEXEC, *) = $copy
//! dup*($log, 1*) = 1
//! dup*($copy, 2*) = 2
//! openat(AT_FDCWD, "*/log", *O_WRONLY*) x1
//! ```

use std::fs;

use super::exercise;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log");
    // It comes to its place by another name, so that only the exercise opens the log for writing.
    let old = folder.path().join("old");
    fs::write(&old, "old text that is longer than all that comes\n").expect("a file");
    fs::rename(&old, &log).expect("another name");

    let script = "echo one; echo two >&2; echo three; echo four >&2; exit 4";
    let status = exercise::run_logged(script, &log).expect("sh runs");
    assert_eq!(
        fs::read_to_string(&log).expect("the log"),
        "one\ntwo\nthree\nfour\n",
        "the log must hold all four lines, in the order in which they were written"
    );
    println!("✓ output and errors are in one file, in their order");

    assert_eq!(status.code(), Some(4), "the script's own status");
    println!("✓ the status is the script's");
}
