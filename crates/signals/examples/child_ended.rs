//! CHLD says that children have ended, not how many: collect them in a loop.
//!
//! Five children end while CHLD is blocked, and one signal comes. A program that waits for one child per
//! signal keeps four zombies.

use std::error::Error;
use std::process::{Child, Command};

use nix::unistd::Pid;
use signals::send::Process;
use signals::set::SignalSet;
use signals::signal::{ChildChange, Origin, Signal};
use signals::source::Signals;

fn main() -> Result<(), Box<dyn Error>> {
    let mut signals = Signals::new([Signal::CHLD])?;
    let blocked = SignalSet::from_iter([Signal::CHLD]).block()?;
    let mut children: Vec<Child> = (0..5)
        .map(|_| Command::new("true").spawn())
        .collect::<Result<_, _>>()?;
    for child in &children {
        // Ended, and not yet collected.
        Process::open(Pid::from_raw(child.id() as i32))?.wait_ended(None)?;
    }
    drop(blocked);

    let batch = signals.batch(None)?;
    println!("{} signal: {:?}", batch.len(), batch[0]);
    assert_eq!(batch.len(), 1);
    assert_eq!(batch[0].origin, Origin::Child(ChildChange::Exited));

    let mut collected = 0;
    for child in &mut children {
        collected += usize::from(child.try_wait()?.is_some());
    }
    println!("{collected} children");
    assert_eq!(collected, 5);
    Ok(())
}
