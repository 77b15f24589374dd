//! A signalfd is a file of signals: a read gives who sent it, and no handler ever runs.
//!
//! The signals are blocked, so that they stay pending, and the read takes them from there. Every thread has
//! to have them blocked: what one thread would accept is delivered to it.
//!
//! ```syscalls
//! rt_sigprocmask(SIG_BLOCK, [USR1], *) = 0
//! signalfd4(-1, [USR1], 8, SFD_CLOEXEC|SFD_NONBLOCK) = $fd
//! read($fd, *) = 128
//! ```
//!
//! Linux only: macOS has EVFILT_SIGNAL of kqueue instead, which counts and names no sender.

use std::error::Error;
use std::process::Command;

use signals::signal::{Origin, Signal};
use signals::source::Signals;

fn main() -> Result<(), Box<dyn Error>> {
    let mut signals = Signals::with_signalfd([Signal::USR1])?;
    let mut shell = Command::new("sh")
        .args(["-c", "kill -USR1 $PPID"])
        .spawn()?;
    let batch = signals.batch(None)?;
    shell.wait()?;
    println!("{:?}", batch[0]);
    assert_eq!(batch.len(), 1);
    assert_eq!(batch[0].signal, Signal::USR1);
    assert_eq!(batch[0].origin, Origin::Kill);
    assert_eq!(
        batch[0].pid.map(|pid| pid.as_raw() as u32),
        Some(shell.id())
    );
    Ok(())
}
