//! When a terminal goes away its session is told with HUP, which ends a program that has not asked.
//!
//! Once it was a modem's line that went dead; now a window is closed, or an ssh connection is lost. The
//! kernel tells the session's leader (the shell), and the foreground group.
//!
//! Sound: the one unsafe call takes three numbers.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::libc;
use nix::pty::openpty;
use nix::unistd::{alarm, pause, setsid};
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        return child();
    }
    let terminal = openpty(None, None)?;
    // The terminal is gone when the last master is closed, and the child is not to have one.
    fcntl(&terminal.master, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    let mut child = Command::new(env::current_exe()?)
        .arg("child")
        .stdin(Stdio::from(terminal.slave))
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no pipe")?).read_line(&mut line)?;
    assert_eq!(line, "ready\n");

    drop(terminal.master);
    let status = child.wait()?;
    println!("the terminal was closed: {status}");
    assert_eq!(status.signal(), Some(Signal::HUP.number()));
    Ok(())
}

fn child() -> Result<(), Box<dyn Error>> {
    setsid()?;
    // SAFETY: descriptor 0 is the terminal that we were started with, to be our session's own.
    unsafe { libc::ioctl(0, libc::TIOCSCTTY as _, 0) };
    println!("ready");
    // Should nobody tell it, it does not wait for ever.
    alarm::set(20);
    pause();
    Err("nobody has told it".into())
}
