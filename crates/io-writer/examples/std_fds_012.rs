//! A Rust program finds 0, 1 and 2 open: std opens those that are missing on /dev/null.
//!
//! The kernel gives a new program the open descriptors of the old one; that 0, 1 and 2 are among
//! them is custom. Without one of them, the first file a program opens would take its number, and
//! `println!` might write into a database. So Rust's std, like Go's runtime, fills the gaps at
//! start-up. The C library does not: cat without a standard input fails.
//!
//! ```syscalls
//! *fstat*(0, *st_mode=S_IFIFO*) = 0
//! *fstat*(0, *st_rdev=makedev(0x1, 0x3)*) = 0
//! *fstat*(0, *st_rdev=makedev(0x1, 0x3)*) = 0
//! *fstat*(2, *st_rdev=makedev(0x1, 0x3)*) = 0
//! execve("*/cat", ["cat"], *) = 0
//! *(0, *) = -1 EBADF (*)
//! ```

use std::env;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Command, Stdio};

use nix::sys::stat::{fstat, stat};

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("look") {
        return look();
    }
    for (redirections, expected) in [
        ("", "0: open\n1: open\n2: open\n"),
        ("<&-", "0: /dev/null\n1: open\n2: open\n"),
        ("<&- 2>&-", "0: /dev/null\n1: open\n2: /dev/null\n"),
    ] {
        let found = look_after(redirections)?;
        println!("redirections {redirections:?}:\n{found}");
        assert_eq!(found, expected);
    }

    let cat = Command::new("sh").args(["-c", "exec cat <&-"]).output()?;
    let complaint = String::from_utf8_lossy(&cat.stderr);
    println!("cat, redirections \"<&-\":\n{}", complaint.trim_end());
    assert!(!cat.status.success());
    Ok(())
}

/// What this program sees when a shell starts it with these redirections.
fn look_after(redirections: &str) -> io::Result<String> {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!(r#"exec "$0" look {redirections}"#)])
        .arg(env::current_exe()?);
    // Unless told otherwise, `output` starts a child with 0 on /dev/null.
    let output = shell.stdin(Stdio::piped()).output()?;
    String::from_utf8(output.stdout).map_err(io::Error::other)
}

fn look() -> io::Result<()> {
    let (stdin, stdout, stderr) = (io::stdin(), io::stdout(), io::stderr());
    let descriptors: [BorrowedFd; 3] = [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()];
    let null = stat("/dev/null")?;
    for (number, fd) in descriptors.into_iter().enumerate() {
        // Fails for a number that is not open.
        let is_null = fstat(fd)?.st_rdev == null.st_rdev;
        println!("{number}: {}", if is_null { "/dev/null" } else { "open" });
    }
    Ok(())
}
