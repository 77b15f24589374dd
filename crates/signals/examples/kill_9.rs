//! KILL and STOP cannot be caught or ignored, and KILL ends a program that ignores all else.
//!
//! The kernel refuses with EINVAL when it is asked. So a program has no chance to clean up after a KILL,
//! and who sends it first takes that chance away: it is the last resort.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use nix::unistd::Pid;
use signals::action::{self, ActionError, Disposition};
use signals::send::to_process;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    if env::args().nth(1).is_some() {
        return ignore_everything();
    }
    for signal in [Signal::KILL, Signal::STOP] {
        let refused = action::set(signal, Disposition::Ignore);
        assert!(matches!(refused, Err(ActionError::CannotBeCaught(s)) if s == signal));
    }

    let mut child = Command::new(env::current_exe()?)
        .arg("child")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let pid = Pid::from_raw(child.id() as i32);
    let mut said = BufReader::new(child.stdout.take().ok_or("no pipe")?);
    let mut line = String::new();
    said.read_line(&mut line)?;
    for signal in [Signal::INT, Signal::QUIT, Signal::TERM, Signal::HUP] {
        to_process(pid, signal)?;
        // It answers, so it is alive.
        child.stdin.as_mut().ok_or("no pipe")?.write_all(b"?\n")?;
        line.clear();
        said.read_line(&mut line)?;
        println!("after {signal}: {}", line.trim());
        assert_eq!(line, "here\n");
    }
    to_process(pid, Signal::KILL)?;
    let status = child.wait()?;
    println!("after KILL: {status}");
    assert_eq!(status.signal(), Some(Signal::KILL.number()));
    Ok(())
}

fn ignore_everything() -> Result<(), Box<dyn Error>> {
    for signal in Signal::all().filter(|signal| signal.can_be_caught()) {
        action::set(signal, Disposition::Ignore)?;
    }
    println!("ready");
    for _ in io::stdin().lines() {
        println!("here");
    }
    Ok(())
}
