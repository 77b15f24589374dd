//! A blocked signal is pending until it is let through: five are one, but five real-time are five.
//!
//! For a standard signal the kernel keeps a bit: it is pending, or it is not. For a real-time signal it
//! keeps a queue, and delivers it in order.

use std::error::Error;

use signals::action;
use signals::send::raise;
use signals::set::SignalSet;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    assert_eq!(delivered(Signal::USR1)?, 1);
    // macOS has none.
    if let Some(signal) = Signal::real_time(0) {
        assert_eq!(delivered(signal)?, 5);
    }
    Ok(())
}

fn delivered(signal: Signal) -> Result<u64, Box<dyn Error>> {
    let caught = action::catch(signal)?;
    let blocked = SignalSet::from_iter([signal]).block()?;
    for _ in 0..5 {
        raise(signal)?;
    }
    assert!(SignalSet::pending().contains(signal));
    assert_eq!(caught.count(), 0);

    drop(blocked);
    assert!(!SignalSet::pending().contains(signal));
    println!("{signal}: raised 5 times, delivered {}", caught.count());
    Ok(caught.count())
}
