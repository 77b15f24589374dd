//! The wait status of a child that was killed is the signal, and no exit code.
//!
//! `Child::kill` is `kill(2)` with KILL. It is safe from being aimed at a stranger: until the parent has
//! waited, the number stays with the child.
//!
//! ```syscalls
//! kill($child, SIGKILL) = 0
//! wait4($child, [{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}], *) = $child
//! ```

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use signals::signal::Signal;

fn main() -> io::Result<()> {
    let mut child = Command::new("sleep").arg("60").spawn()?;
    child.kill()?;
    let status = child.wait()?;
    println!(
        "{status}: code {:?}, signal {:?}",
        status.code(),
        status.signal()
    );
    assert_eq!(status.code(), None);
    assert_eq!(
        status.signal().and_then(Signal::from_number),
        Some(Signal::KILL)
    );

    // Once it is waited for, std knows better than to send: the number may be another's.
    child.kill()?;
    Ok(())
}
