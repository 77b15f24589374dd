//! A descriptor marked close-on-exec is gone in the next program; std marks all that it opens.
//!
//! `fork` and `execve` keep descriptors open: that is how a shell redirects. It is also how a
//! server's listening socket, or the write end of a pipe, ends up in a program that knows nothing
//! of it and keeps it open for hours. The mark says that `execve(2)` is to close it. It has to be
//! set in the call that opens (`O_CLOEXEC`), not by a second one: another thread may fork in
//! between. `dup(2)` gives a descriptor without the mark.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", *O_CLOEXEC*) = $marked
//! dup($marked) = $plain
//! ```

use std::env;
use std::error::Error;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::process::Command;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::unistd::dup;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(number) = env::args().nth(1) {
        // Opening the name of a descriptor works only where it is open.
        println!("{}", File::open(format!("/dev/fd/{number}")).is_ok());
        return Ok(());
    }

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    std::fs::write(&path, "")?;
    let marked = File::open(&path)?;
    let plain = dup(&marked)?;
    assert_eq!(
        fcntl(&marked, FcntlArg::F_GETFD)?,
        FdFlag::FD_CLOEXEC.bits()
    );
    assert_eq!(fcntl(&plain, FcntlArg::F_GETFD)?, 0);

    for (descriptor, leaks) in [(marked.as_raw_fd(), false), (plain.as_raw_fd(), true)] {
        let number = descriptor.to_string();
        let child = Command::new(env::current_exe()?).arg(&number).output()?;
        println!(
            "is {number} open in the child? {}",
            String::from_utf8_lossy(&child.stdout).trim_end()
        );
        assert_eq!(child.stdout, format!("{leaks}\n").as_bytes());
    }
    Ok(())
}
