//! A handler that writes to a pipe brings signals into an event loop, which wakes once for a batch.
//!
//! The loop waits in `poll` for its sockets anyway, and now for one descriptor more. The handler only
//! writes a record; everything else happens in ordinary code, where all is allowed. Nothing is lost: five
//! thousand signals are more than the pipe has room for.

use std::error::Error;
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use signals::send::raise;
use signals::set::SignalSet;
use signals::signal::Signal;
use signals::source::Signals;

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = [Signal::HUP, Signal::USR1, Signal::USR2];
    let mut signals = Signals::new(wanted)?;

    // Three at once.
    let blocked = SignalSet::from_iter(wanted).block()?;
    wanted.iter().try_for_each(|signal| raise(*signal))?;
    drop(blocked);

    let ready = poll(
        &mut [PollFd::new(signals.as_fd(), PollFlags::POLLIN)],
        PollTimeout::MAX,
    )?;
    let mut batch: Vec<Signal> = signals.try_batch()?.iter().map(|one| one.signal).collect();
    println!("{ready} descriptor is ready, with {batch:?}");
    batch.sort_unstable();
    assert_eq!((ready, &batch[..]), (1, &wanted[..]));
    assert!(signals.try_batch()?.is_empty());

    for _ in 0..5_000 {
        raise(Signal::USR1)?;
    }
    let batch = signals.try_batch()?;
    let known = batch.iter().filter(|one| one.pid.is_some()).count();
    println!("{} more, {known} of them with their sender", batch.len());
    assert_eq!(batch.len(), 5_000);
    Ok(())
}
