//! Which descriptors a child has, and which its brothers have.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/given", *O_CLOEXEC*) = $given
//! dup*($given, 3*) = 3
//! execve("/bin/sh", *) = 0
//! !fcntl(*, F_SETFD, 0) = 0
//! ```

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::process::Command;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use process::exit::Status;

use super::exercise;

/// Writes to descriptor 3 which of the descriptors from 4 on are open.
const LIST: &str =
    "n=4; while [ $n -lt 64 ]; do if [ -e /dev/fd/$n ]; then echo $n >&3; fi; n=$((n+1)); done";

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("given");
    // So that the file's number here is not 3.
    let other = File::open("/dev/null").expect("it is always there");
    let file = File::create(&path).expect("a file");
    let number = file.as_raw_fd();
    assert!(
        (4..64).contains(&number),
        "the check needs few open files: {number}"
    );

    let status = exercise::run("echo hello >&3; exit 7", &file).expect("sh runs");
    assert_eq!(
        status,
        Status::Exited(7),
        "the status is that of the script"
    );
    assert_eq!(
        fs::read_to_string(&path).expect("the file"),
        "hello\n",
        "what the script writes to descriptor 3 is in the file"
    );
    println!("✓ descriptor 3 of the child is the file");

    // Some may come from whoever has started this program.
    let script = format!("exec 3>&1; {LIST}");
    let usual = Command::new("/bin/sh").args(["-c", &script]).output();
    let usual = String::from_utf8(usual.expect("sh runs").stdout).expect("numbers");
    let list = folder.path().join("list");
    let list_file = File::create(&list).expect("a file");
    exercise::run(LIST, &list_file).expect("sh runs");
    let open = fs::read_to_string(&list).expect("the file");
    assert_eq!(
        open, usual,
        "the descriptors from 4 on that are open in the child, and those that any child has"
    );
    println!("✓ it has no other");

    let flags = fcntl(&file, FcntlArg::F_GETFD).expect("the file is open");
    assert_eq!(
        FdFlag::from_bits_truncate(flags),
        FdFlag::FD_CLOEXEC,
        "descriptor {number} of this process has lost its mark: every program started from now on gets it"
    );
    let test = format!("[ -e /dev/fd/{number} ]");
    let brother = Command::new("/bin/sh")
        .args(["-c", &test])
        .status()
        .expect("sh runs");
    assert!(!brother.success(), "another child has it too");
    println!("✓ other children do not get it");
    drop(other);
}
