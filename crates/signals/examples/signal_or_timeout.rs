//! A wait for a signal with a limit gives one of the two: the signal, or the end of the time.
//!
//! In Go it is a `select` over the signal's channel and `time.After`. Here the limit is an argument of the
//! wait, and the answer an `Option`: it cannot be both.

use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

use signals::send::raise;
use signals::signal::Signal;
use signals::stream::Incoming;

fn main() -> Result<(), Box<dyn Error>> {
    let mut incoming = Incoming::new([Signal::USR1])?;
    let limit = Duration::from_millis(50);

    let start = Instant::now();
    assert_eq!(first(&mut incoming, limit)?, "timeout");
    assert!(start.elapsed() >= limit);

    raise(Signal::USR1)?;
    assert_eq!(first(&mut incoming, Duration::from_secs(60))?, "signal");
    assert_eq!(first(&mut incoming, Duration::ZERO)?, "timeout");
    Ok(())
}

fn first(incoming: &mut Incoming, limit: Duration) -> io::Result<&'static str> {
    let what = match incoming.next_timeout(limit)? {
        Some(_) => "signal",
        None => "timeout",
    };
    println!("within {limit:?}: {what}");
    Ok(what)
}
