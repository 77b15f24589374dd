//! A handler belongs to the process and runs for every thread; a mask belongs to one thread.
//!
//! A signal that is sent to the process is taken by any thread that does not block it. So a program can
//! block a signal everywhere and have one thread that waits for it, in ordinary code.

use std::error::Error;
use std::sync::mpsc;
use std::thread;

use nix::unistd::getpid;
use signals::action;
use signals::send::{raise, to_process};
use signals::set::SignalSet;
use signals::signal::Signal;

fn main() -> Result<(), Box<dyn Error>> {
    // Installed by another thread, which has ended by now.
    let caught = thread::spawn(|| action::catch(Signal::USR1))
        .join()
        .map_err(|_| "the thread has panicked")??;
    raise(Signal::USR1)?;
    println!(
        "a handler of another thread has run here: {}",
        caught.count()
    );
    assert_eq!(caught.count(), 1);

    // From now on this thread does not take it, and the threads that it starts inherit that.
    let set = SignalSet::from_iter([Signal::USR1]);
    let _mask = set.block()?;
    to_process(getpid(), Signal::USR1)?;
    assert!(SignalSet::pending().contains(Signal::USR1));

    let (tell, told) = mpsc::channel();
    let other = thread::spawn(move || {
        let inherited = SignalSet::current().contains(Signal::USR1);
        let _guard = set.unblock();
        // What was pending for the process has been delivered to this thread.
        let _ = tell.send((inherited, SignalSet::current().contains(Signal::USR1)));
    });
    let (inherited, after) = told.recv()?;
    other.join().map_err(|_| "the thread has panicked")?;
    println!(
        "blocked here: true; there: {inherited}, then {after}; handled {}",
        caught.count()
    );
    assert!(inherited && !after);
    assert_eq!(caught.count(), 2);
    assert!(SignalSet::current().contains(Signal::USR1));
    Ok(())
}
