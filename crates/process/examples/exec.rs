//! `execve` puts another program into the process: same pid, and descriptors with FD_CLOEXEC are gone.
//!
//! A program does not start a process, and a process is not started by a program: `fork` makes a process,
//! `exec` gives it a program. What survives is what the kernel keeps about the process: pid, parent, group,
//! directory, limits, ignored signals, and each descriptor that is not marked to be closed. What goes is
//! all memory. std and Go mark every descriptor that they open, so nothing leaks by accident.
//!
//! ```syscalls
//! execve("/bin/sh", *) = 0
//! ```

use std::env;
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd};
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use process::spawn::Spawn;

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_some() {
        return become_another();
    }
    // In a child of our own, since nothing after an exec is ours any more.
    let mut child = Command::new(env::current_exe()?)
        .arg("become")
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("piped")
        .read_to_string(&mut said)?;
    print!("{said}");
    assert_eq!(child.wait()?.code(), Some(3));

    let lines: Vec<_> = said.lines().collect();
    let pid = child.id();
    assert_eq!(lines[0], format!("before: pid {pid}"));
    assert_eq!(
        lines[1],
        format!("after:  pid {pid}, marked closed, unmarked open")
    );
    Ok(())
}

fn become_another() -> anyhow::Result<()> {
    println!("before: pid {}", std::process::id());
    let marked = File::open("/dev/null")?;
    let unmarked = File::open("/dev/null")?;
    assert_eq!(
        fcntl(&marked, FcntlArg::F_GETFD)?,
        FdFlag::FD_CLOEXEC.bits()
    );
    fcntl(unmarked.as_fd(), FcntlArg::F_SETFD(FdFlag::empty()))?;
    assert!(fs::exists(format!("/dev/fd/{}", marked.as_raw_fd()))?);

    let look = |name, fd: &File| {
        let number = fd.as_raw_fd();
        format!("{name}=closed; test -e /dev/fd/{number} && {name}=open; ")
    };
    let script = look("marked", &marked)
        + &look("unmarked", &unmarked)
        + "echo \"after:  pid $$, marked $marked, unmarked $unmarked\"; exit 3";
    let error = Spawn::new("/bin/sh").args(["-c", &script]).exec();
    // Only a failure comes back.
    Err(error.into())
}
