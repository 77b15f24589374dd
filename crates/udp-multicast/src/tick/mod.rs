//! A time signal: one sends, any number of clocks follow.
//!
//! The sender says what time it is at every multiple of an interval: with ten seconds at 12:00:00,
//! 12:00:10, and so on, whenever it was started. Listeners need no list and no connection; one that
//! comes late hears the next tick, and one that leaves is not missed.
//!
//! # Without drift
//!
//! "Send, then sleep for ten seconds" is late by what sending and waking took, and the lateness adds
//! up. [`Schedule`] counts from the epoch instead: the next tick is due at the next multiple, so
//! that one that was late does not shift its followers. When the sender itself slept through some,
//! they are left out and not sent in a burst; their numbers are left out as well.
//!
//! # The message
//!
//! One datagram a tick, one line of text:
//!
//! ```text
//! tick/1 NUMBER DUE INTERVAL\n          tick/1 42 1700000010.000000000 10.000000000
//! ```
//!
//! NUMBER counts this sender's ticks from 1, those left out included. DUE is when it was to be sent
//! and INTERVAL the time between two, in seconds with nine decimals, DUE since 1970 (UTC). A reader
//! refuses what is longer than [`MAX_LEN`] bytes, has other fields, or an interval of 0. A later
//! version may not add fields: it is `tick/2`.
//!
//! # What a listener can tell
//!
//! Datagrams get lost, doubled and overtaken, and nobody reports it but the numbers. [`Follower`]
//! keeps the last number of every sender, and says for each tick whether it is the next one, how many
//! are missing before it, or that it is an old one.
//!
//! ```
//! use std::time::Duration;
//! use udp_multicast::tick::{Schedule, Tick};
//!
//! let schedule = Schedule::new(Duration::from_secs(10)).unwrap();
//! let started = Duration::from_millis(1_700_000_003_250);
//! let due = schedule.next_after(started);
//! assert_eq!(due, Duration::from_secs(1_700_000_010));
//!
//! let tick = Tick { number: 1, due, interval: schedule.interval() };
//! let text = "tick/1 1 1700000010.000000000 10.000000000\n";
//! assert_eq!(tick.to_string(), text);
//! assert_eq!(Tick::parse(text.as_bytes()), Ok(tick));
//! ```

mod follower;
mod message;
mod schedule;
mod sender;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use follower::{Arrival, Follower, Order};
pub use message::{BadTick, MAX_LEN, Tick};
pub use schedule::Schedule;
pub use sender::Sender;

/// The wall clock, as the time since 1970 in UTC. A clock that is set earlier is taken as 0.
pub fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}
