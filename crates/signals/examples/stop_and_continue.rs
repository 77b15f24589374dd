//! STOP freezes a process as it is, CONT lets it run on, and its parent is told of both.
//!
//! A stopped process keeps everything: memory, files, its place in the program. `waitpid` tells of it only
//! when asked (`WUNTRACED`, `WCONTINUED`): it is what a shell's `jobs`, `fg` and `bg` are made of.

use std::error::Error;
use std::process::Command;

use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use signals::send::to_process;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    let child = Command::new("sleep").arg("60").spawn()?;
    let pid = Pid::from_raw(child.id() as i32);

    to_process(pid, Signal::STOP)?;
    let stopped = waitpid(pid, Some(WaitPidFlag::WUNTRACED))?;
    println!("{stopped:?}, state {}", state(pid)?);
    assert!(matches!(stopped, WaitStatus::Stopped(..)));
    assert_eq!(state(pid)?, "T");

    to_process(pid, Signal::CONT)?;
    let continued = waitpid(pid, Some(WaitPidFlag::WCONTINUED))?;
    println!("{continued:?}, state {}", state(pid)?);
    assert_eq!(continued, WaitStatus::Continued(pid));
    assert_ne!(state(pid)?, "T");

    to_process(pid, Signal::KILL)?;
    assert!(matches!(waitpid(pid, None)?, WaitStatus::Signaled(..)));
    Ok(())
}

/// The first letter of what ps shows.
fn state(pid: Pid) -> Result<String, Box<dyn Error>> {
    let ps = Command::new("ps")
        .args(["-o", "state=", "-p", &pid.to_string()])
        .output()?;
    Ok(String::from_utf8(ps.stdout)?
        .trim()
        .chars()
        .take(1)
        .collect())
}
