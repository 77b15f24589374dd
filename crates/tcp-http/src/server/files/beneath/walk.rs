//! The path, one name at a time.
//!
//! Invariant: all folders on the stack lie beneath the root, for each was opened by a plain name in the
//! one below it, or is the root. So `..` is a step down the stack and never asked of the kernel: a folder
//! that is moved away meanwhile takes nobody with it.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat, readlinkat};
use nix::sys::stat::Mode;

use super::FLAGS;

/// As many links as Linux follows in one path.
const MOST_LINKS: usize = 40;

pub(super) fn open_beneath(root: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    let mut rest = names(path.as_os_str())?;
    let mut stack: Vec<OwnedFd> = Vec::new();
    let mut links = 0;
    while let Some(name) = rest.pop_front() {
        if name == ".." {
            stack.pop().ok_or(Errno::EXDEV)?;
            continue;
        }
        let folder = stack.last().map_or(root, AsFd::as_fd);
        match step(folder, &name, rest.is_empty())? {
            Step::Opened(fd) => stack.push(fd),
            Step::Link(target) => {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::ELOOP);
                }
                let mut target = names(&target)?;
                target.append(&mut rest);
                rest = target;
            }
        }
    }
    match stack.pop() {
        Some(fd) => Ok(fd),
        None => openat(root, ".", FLAGS | OFlag::O_DIRECTORY, Mode::empty()),
    }
}

enum Step {
    Opened(OwnedFd),
    Link(OsString),
}

fn step(folder: BorrowedFd<'_>, name: &OsStr, is_last: bool) -> nix::Result<Step> {
    let mut flags = FLAGS | OFlag::O_NOFOLLOW;
    flags.set(OFlag::O_DIRECTORY, !is_last);
    match openat(folder, name, flags, Mode::empty()) {
        Ok(fd) => Ok(Step::Opened(fd)),
        // What a link gives depends on the system and on O_DIRECTORY.
        Err(error @ (Errno::ELOOP | Errno::ENOTDIR | Errno::EMLINK)) => {
            readlinkat(folder, name).map(Step::Link).map_err(|_| error)
        }
        Err(error) => Err(error),
    }
}

/// The names of a relative path.
fn names(path: &OsStr) -> nix::Result<VecDeque<OsString>> {
    let bytes = path.as_bytes();
    if bytes.starts_with(b"/") {
        return Err(Errno::EXDEV);
    }
    let names = bytes.split(|&byte| byte == b'/');
    let names = names.filter(|name| !name.is_empty() && *name != b".");
    Ok(names
        .map(|name| OsStr::from_bytes(name).to_owned())
        .collect())
}
