//! Locks of open file descriptions, since Linux 3.15, and the kernel's own list of all locks.

use std::fs;
use std::os::fd::BorrowedFd;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::sys::stat::fstat;

use super::{Bytes, Holder, Mode};

pub(super) fn wait(file: BorrowedFd, lock: &libc::flock) -> nix::Result<()> {
    fcntl(file, FcntlArg::F_OFD_SETLKW(lock)).map(drop)
}

pub(super) fn set(file: BorrowedFd, lock: &libc::flock) -> nix::Result<()> {
    fcntl(file, FcntlArg::F_OFD_SETLK(lock)).map(drop)
}

pub(super) fn get(file: BorrowedFd, lock: &mut libc::flock) -> nix::Result<()> {
    fcntl(file, FcntlArg::F_OFD_GETLK(lock)).map(drop)
}

/// From [/proc/locks](https://man7.org/linux/man-pages/man5/proc_locks.5.html), where lslocks(8)
/// looks too. The file is found by the number of its filesystem, which on Btrfs is not the one that
/// `fstat` gives: nothing is found there.
pub(super) fn flock_holder(file: BorrowedFd, mode: Mode) -> Option<Holder> {
    let stat = fstat(file).ok()?;
    let (major, minor) = (libc::major(stat.st_dev), libc::minor(stat.st_dev));
    let identity = format!("{major:02x}:{minor:02x}:{}", stat.st_ino);
    let list = fs::read_to_string("/proc/locks").ok()?;
    list.lines()
        .filter_map(|line| flock_line(line, &identity))
        .find(|holder| (mode, holder.mode) != (Mode::Shared, Mode::Shared))
}

/// `1: FLOCK  ADVISORY  WRITE 1234 fe:00:10100743 0 EOF`. Those who wait have an arrow before `FLOCK`.
fn flock_line(line: &str, identity: &str) -> Option<Holder> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let mut next = || words.next();
    let ("FLOCK", "ADVISORY", kind, pid, file) = (next()?, next()?, next()?, next()?, next()?)
    else {
        return None;
    };
    let mode = match kind {
        "READ" => Mode::Shared,
        _ => Mode::Exclusive,
    };
    (file == identity).then_some(Holder {
        pid: pid.parse().ok(),
        mode,
        bytes: Bytes::ALL,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_locks_is_read() {
        let holder = |pid, mode| {
            let (pid, bytes) = (Some(pid), Bytes::ALL);
            Some(Holder { pid, mode, bytes })
        };
        let read = |line| flock_line(line, "fe:00:77");
        assert_eq!(
            read("1: FLOCK  ADVISORY  WRITE 12 fe:00:77 0 EOF"),
            holder(12, Mode::Exclusive)
        );
        assert_eq!(
            read("23: FLOCK  ADVISORY  READ  9 fe:00:77 0 EOF"),
            holder(9, Mode::Shared)
        );
        assert_eq!(read("1: FLOCK  ADVISORY  WRITE 12 fe:00:7 0 EOF"), None);
        assert_eq!(read("1: -> FLOCK  ADVISORY  WRITE 12 fe:00:77 0 EOF"), None);
        assert_eq!(read("1: POSIX  ADVISORY  WRITE 12 fe:00:77 0 EOF"), None);
        assert_eq!(read("1: FLOCK"), None);
    }
}
