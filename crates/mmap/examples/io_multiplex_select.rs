//! `select` cannot watch descriptor 1024: its set has 1024 bits, from 0 to 1023.
//!
//! The oldest way to wait for many: three sets of bits go in, and come out with the bits of those
//! that are ready. Their size is part of the ABI since 1983. C's `FD_SET` writes the bit of a larger
//! descriptor all the same, into whatever lies behind the set; nix refuses. This is the reason that
//! processes start with a soft limit of 1024 open files: a program that may open more must not call
//! `select`, nor may any library in it.
//!
//! Each call takes the whole set into the kernel and searches it, also when one bit in it counts. Go's
//! runtime has used epoll and kqueue from the start. macOS has the same 1024 bits.

use std::io::{self, Write, pipe};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::panic;

use mmap::poller::raise_open_files;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::select::{FD_SETSIZE, FdSet, select};

/// A duplicate whose number is at least `lowest`.
#[allow(unsafe_code)]
fn duplicate_from(source: impl AsFd, lowest: i32) -> io::Result<OwnedFd> {
    let number = fcntl(source, FcntlArg::F_DUPFD_CLOEXEC(lowest))?;
    // SAFETY: fcntl has just made it, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

fn main() -> io::Result<()> {
    println!("a set has {} bits", size_of::<libc::fd_set>() * 8);
    assert_eq!((size_of::<libc::fd_set>() * 8, FD_SETSIZE), (1024, 1024));

    raise_open_files(2048)?;
    let (reader, mut writer) = pipe()?;
    writer.write_all(b"x")?;
    let last = duplicate_from(&reader, 1023)?;
    let beyond = duplicate_from(&reader, 1024)?;
    assert_eq!((last.as_raw_fd(), beyond.as_raw_fd()), (1023, 1024));

    let mut readable = FdSet::new();
    readable.insert(last.as_fd());
    let ready = select(1024, &mut readable, None, None, None)?;
    println!("descriptor 1023: select says {ready} ready");
    assert!(ready == 1 && readable.contains(last.as_fd()));

    panic::set_hook(Box::new(|_| {})); // The panic is expected.
    let refused = panic::catch_unwind(|| FdSet::new().insert(beyond.as_fd()));
    let _ = panic::take_hook();
    println!("descriptor 1024: no room in the set");
    assert!(refused.is_err());

    let mut asked = [PollFd::new(beyond.as_fd(), PollFlags::POLLIN)];
    let ready = poll(&mut asked, PollTimeout::NONE)?;
    println!("descriptor 1024: poll says {ready} ready");
    assert_eq!(ready, 1);
    Ok(())
}
