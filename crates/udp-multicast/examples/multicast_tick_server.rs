//! A time signal falls on the multiples of its interval, whenever its sender was started.
//!
//! A loop of "send, then sleep for an interval" begins at any odd moment, and each turn adds the time
//! that sending and waking took. Here the next tick is computed from the clock: the first multiple
//! after now. One that was late does not shift the others.
//!
//! In Go, `time.NewTicker` keeps its rhythm as well, but begins when it is made; the first tick of a
//! time signal takes `time.Now().Truncate(interval).Add(interval)`.

use std::net::SocketAddr;
use std::time::Duration;

use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};
use udp_multicast::tick::{Schedule, Sender, now};

fn main() -> Result<(), MulticastError> {
    let loopback = Interface::loopback()?;
    let group = SocketAddr::from(([239, 255, 73, 1], 9999));
    let socket = MulticastSocket::sender(group.ip(), Some(&loopback))?;
    let interval = Duration::from_millis(100);
    let schedule = Schedule::new(interval).expect("it is not 0");

    let started = now();
    println!("started at {:.6}", started.as_secs_f64());
    let mut sender = Sender::new(socket, group, schedule);
    let mut last_due = started;
    for _ in 0..4 {
        let tick = sender.tick()?;
        let late = now() - tick.due;
        println!(
            "tick {} of {:.6}, sent {late:?} after",
            tick.number,
            tick.due.as_secs_f64()
        );
        assert_eq!(tick.due.as_nanos() % interval.as_nanos(), 0);
        assert!(
            tick.due > last_due,
            "later than the one before, and than the start"
        );
        last_due = tick.due;
    }
    Ok(())
}
