//! With a limit of 8 open files a process gets descriptors up to 7, and then EMFILE.
//!
//! The limit is on the *number*, not on how many are open: a new descriptor must be smaller than
//! it. Each process has two limits, a soft one, which counts, and a hard one, up to which it may
//! raise the soft one by itself. Linux distributions start programs with a soft limit of 1024,
//! since select(2) cannot deal with more, and macOS with 256. Go raises it to the hard limit when a
//! program starts; Rust leaves it, so a server does it by itself.
//!
//! The error is the process's own affair and passes when it closes something. `ENFILE`, one letter
//! less, is the whole machine's.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/dev/null", *) = 7
//! openat(AT_FDCWD, "/dev/null", *) = -1 EMFILE (Too many open files)
//! openat(AT_FDCWD, "/dev/null", *) = 8
//! ```

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

const LIMIT: u64 = 8;

fn main() -> io::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    println!("limit of open files: {soft}, may be raised to {hard}");
    setrlimit(Resource::RLIMIT_NOFILE, LIMIT, hard)?;

    let mut files = Vec::new();
    let refused = loop {
        match File::open("/dev/null") {
            Ok(file) => files.push(file),
            Err(error) => break error,
        }
    };
    let highest = files.iter().map(AsRawFd::as_raw_fd).max();
    println!("limit {LIMIT}: the highest descriptor is {highest:?}, then: {refused}");
    assert_eq!(highest, Some(7));
    assert_eq!(refused.raw_os_error(), Some(Errno::EMFILE as i32));

    setrlimit(Resource::RLIMIT_NOFILE, soft, hard)?;
    let next = File::open("/dev/null")?.as_raw_fd();
    println!("limit {soft}: the next is {next}");
    assert_eq!(next, 8);
    Ok(())
}
