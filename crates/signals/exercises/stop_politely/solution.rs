//! Nobody else can wait for this child, so its number is its own until we have: the signals cannot hit
//! a stranger. The short sleep between two looks is the price of having no descriptor to wait for; the
//! lesson's supervisor has one (SIGCHLD as a file, or a pidfd) and sleeps until something happens.

use std::io;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How `child` ended after it was told to.
pub fn stop(child: &mut Child, patience: Duration) -> io::Result<ExitStatus> {
    if let Some(status) = child.try_wait()? {
        return Ok(status);
    }
    let end = Instant::now() + patience;
    kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM)?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            child.kill()?;
            return child.wait();
        }
        thread::sleep(left.min(Duration::from_millis(5)));
    }
}
