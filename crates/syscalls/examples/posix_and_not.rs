//! POSIX names functions, not system calls: the same function is another call on another system.
//!
//! A program that is written to the standard compiles on every Unix, because the standard speaks of
//! what the C library offers. What the library asks of the kernel is its own affair. On arm64 Linux
//! there is no `dup2`, no `pipe` and no `poll` to call: the library calls `dup3`, `pipe2` and
//! `ppoll`, which can do more. To copy a file is no function of POSIX at all: Linux copies inside
//! the kernel (`copy_file_range`), macOS makes a clone that shares the bytes until one of the two
//! is changed (`fclonefileat`).
//!
//! The lines below are what Linux sees of this program; on macOS `sudo dtruss` shows the calls,
//! once the system's integrity protection is off.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/original", *) = $original
//! copy_file_range($original, *) = 5
//! pipe2([$from, *], O_CLOEXEC) = 0
//! dup*($from, $to*) = $to
//! *poll([{fd=$to, events=POLLIN}], 1, *) = 1 *
//! ```

use std::fs;
use std::io::{self, Write, pipe};
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use syscalls::table::Architecture::{Aarch64, Darwin, X86_64};

/// What a program calls, and what the kernel gets on Linux (x86-64 and arm64) and on macOS.
const CALLS: [(&str, [&str; 3]); 7] = [
    ("open", ["openat", "openat", "open"]),
    (
        "std::fs::copy",
        ["copy_file_range", "copy_file_range", "fclonefileat"],
    ),
    ("std::io::pipe", ["pipe2", "pipe2", "pipe"]),
    ("dup2", ["dup2", "dup3", "dup2"]),
    ("poll", ["poll", "ppoll", "poll"]),
    ("fork", ["clone", "clone", "fork"]),
    ("pthread_create", ["clone3", "clone3", "bsdthread_create"]),
];

fn main() -> io::Result<()> {
    println!(
        "{:<15} {:<16} {:<16} macOS",
        "function", "Linux, x86-64", "Linux, arm64"
    );
    for (function, calls @ [x86, arm, mac]) in CALLS {
        println!("{function:<15} {x86:<16} {arm:<16} {mac}");
        for (architecture, call) in [X86_64, Aarch64, Darwin].into_iter().zip(calls) {
            assert!(
                architecture.number(call).is_some(),
                "{architecture:?} has no {call}"
            );
        }
    }
    for call in ["open", "pipe", "dup2", "poll", "fork"] {
        assert_eq!(Aarch64.number(call), None);
    }
    assert_eq!(
        [X86_64, Aarch64].map(|linux| linux.number("fclonefileat")),
        [None, None]
    );
    use_them()
}

/// The program is the same for all of them.
fn use_them() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [original, copy] = ["original", "copy"].map(|name| folder.path().join(name));
    fs::write(&original, "bytes")?;
    fs::copy(&original, &copy)?;
    assert_eq!(fs::read_to_string(&copy)?, "bytes");

    let (reader, mut writer) = pipe()?;
    let mut duplicate = nix::unistd::dup(&reader)?;
    nix::unistd::dup2(&reader, &mut duplicate)?;
    writer.write_all(b"x")?;
    let mut asked = [PollFd::new(duplicate.as_fd(), PollFlags::POLLIN)];
    assert_eq!(poll(&mut asked, PollTimeout::ZERO)?, 1);
    Ok(())
}
