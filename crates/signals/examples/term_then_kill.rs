//! A child that ignores SIGTERM is killed when the patience ends; one that heeds it ends by it.
//!
//! `docker stop` and Kubernetes ask first: SIGTERM, some seconds, SIGKILL. The first can be caught and
//! ignored, the second cannot. The chapter's supervisor waits for the child and for the clock in one place.
//!
//! ```syscalls
//! kill($heeds, SIGTERM) = 0
//! wait4($heeds, [{WIFEXITED(s) && WEXITSTATUS(s) == 7}], WNOHANG, NULL) = *
//! kill($stubborn, SIGTERM) = 0
//! ppoll(*) = 0 (Timeout)
//! kill($stubborn, SIGKILL) = 0
//! wait4($stubborn, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], WNOHANG, NULL) = *
//! ```
//!
//! Needs: sh

use std::env;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::Signal;
use signals::supervisor::{Stopped, Supervisor};

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).is_none() {
        // Signals are blocked in a process of its own.
        let status = Command::new(env::current_exe()?)
            .arg("supervise")
            .status()?;
        assert!(status.success());
        return Ok(());
    }
    let heeds = ended_by("trap 'exit 7' TERM", Duration::from_secs(30))?;
    println!("heeds TERM: {}", heeds.status);
    assert_eq!((heeds.status.code(), heeds.killed), (Some(7), false));

    let stubborn = ended_by("trap '' TERM", Duration::from_millis(100))?;
    println!("ignores TERM: {}", stubborn.status);
    assert_eq!(stubborn.status.signal(), Some(Signal::SIGKILL as i32));
    assert!(stubborn.killed);
    Ok(())
}

/// How a shell ends that has set its trap.
fn ended_by(trap: &str, patience: Duration) -> anyhow::Result<Stopped> {
    let script = format!("{trap}; echo; while :; do sleep 0.02; done");
    let (mut ready, writer) = io::pipe()?;
    let mut supervisor = Supervisor::new(&[])?;
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(writer);
    let pid = supervisor.spawn(&mut command)?;
    ready.read_exact(&mut [0])?;
    Ok(supervisor.stop(pid, patience)?)
}
