//! Ctrl-C goes to a whole process group; a kill goes to one process and leaves its children running.
//!
//! The terminal sends INT to its foreground group: the shell's command and whatever that has started. A
//! `kill` names one process. That is why a script that ends with ctrl-C may leave things behind
//! when a service manager ends it.
//!
//! Sound: the one unsafe call takes three numbers.
#![allow(unsafe_code)]

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use nix::libc;
use nix::pty::openpty;
use nix::unistd::{Pid, setsid};
use signals::send::{Process, to_process};
use signals::signal::Signal;

const LONG: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1).as_deref() {
        Some("terminal") => {
            setsid()?;
            // SAFETY: descriptor 0 is the terminal that we were started with, to be our session's own.
            unsafe { libc::ioctl(0, libc::TIOCSCTTY as _, 0) };
            parent()
        }
        Some(_) => parent(),
        None => compare(),
    }
}

/// Has a child, says its number, and waits.
fn parent() -> Result<(), Box<dyn Error>> {
    let child = Command::new("sleep")
        .arg("20")
        .stdout(Stdio::null())
        .spawn()?;
    println!("{}", child.id());
    thread::sleep(LONG);
    process::exit(1);
}

fn compare() -> Result<(), Box<dyn Error>> {
    let terminal = openpty(None, None)?;
    let (mut first, child) = start("terminal", terminal.slave.into())?;
    File::from(terminal.master.try_clone()?).write_all(b"\x03")?;
    first.wait()?;
    let ended = child.wait_ended(Some(LONG))?;
    println!(
        "ctrl-C: the parent has ended, the child has {}",
        if ended { "too" } else { "not" }
    );
    assert!(ended);

    let (mut second, child) = start("no terminal", Stdio::null())?;
    to_process(Pid::from_raw(second.id() as i32), Signal::INT)?;
    second.wait()?;
    let ended = child.wait_ended(Some(Duration::from_millis(50)))?;
    println!(
        "kill:   the parent has ended, the child has {}",
        if ended { "too" } else { "not" }
    );
    assert!(!ended);
    child.send(Signal::KILL)?;
    assert!(child.wait_ended(Some(LONG))?);
    Ok(())
}

fn start(how: &str, input: Stdio) -> Result<(Child, Process), Box<dyn Error>> {
    let mut parent = Command::new(env::current_exe()?)
        .arg(how)
        .stdin(input)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(parent.stdout.take().ok_or("no pipe")?).read_line(&mut line)?;
    let child = Process::open(Pid::from_raw(line.trim().parse()?))?;
    Ok((parent, child))
}
