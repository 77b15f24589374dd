//! A signal carries its number and its sender; a word beside it only when it is queued, on Linux.
//!
//! So a signal says *that*, and never *what*: read your configuration again, look after your children. For
//! anything longer there are pipes and sockets.

use std::error::Error;

use nix::unistd::{getpid, getuid};
use signals::send::{SendError, queue, to_process};
use signals::signal::{Origin, Received, Signal};
use signals::source::Signals;

fn main() -> Result<(), Box<dyn Error>> {
    let mut signals = Signals::new([Signal::USR1])?;
    to_process(getpid(), Signal::USR1)?;
    let plain = signals.batch(None)?;
    let expected = Received {
        signal: Signal::USR1,
        origin: Origin::Kill,
        pid: Some(getpid()),
        uid: Some(getuid()),
        value: None,
    };
    println!("kill:     {:?}", plain[0]);
    assert_eq!(plain, [expected]);

    let Some(signal) = Signal::real_time(1) else {
        let refused = queue(getpid(), Signal::USR1, 42);
        assert!(matches!(refused, Err(SendError::Unsupported(_))));
        return Ok(());
    };
    let mut signals = Signals::new([signal])?;
    for value in [3, 1, 2] {
        queue(getpid(), signal, value)?;
    }
    let queued = signals.batch(None)?;
    println!("sigqueue: {:?}", queued[0]);
    let values: Vec<_> = queued
        .iter()
        .filter_map(|received| received.value)
        .collect();
    assert_eq!(values, [3, 1, 2]);
    Ok(())
}
