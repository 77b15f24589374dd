//! Talking without sharing: channels after Go's, select, contexts, timers, and what is inside them.
//!
//! A channel carries values from those who send to those who receive, and with each value the right
//! to it: no lock, no shared variable. It has a buffer for a number of values; with a buffer for
//! none, sender and receiver meet. Whoever cannot go on waits in the channel's queue, and whoever
//! makes it possible hands the value over and wakes it. A closed channel never makes anybody wait.
//!
//! Threads and tasks use the same channel: [`Sender::send`] holds up the thread,
//! [`Sender::send_async`] is a future for any executor. The types to begin with are [`Sender`] and
//! [`Receiver`], which [`channel`] makes, and [`select!`], which waits for whichever of several is
//! possible first.
//!
//! ```
//! use channels::{channel, select};
//! use std::thread;
//!
//! let (tx, rx) = channel(2);
//! let (stop_tx, stop_rx) = channel::<()>(0);
//! let squares = thread::spawn(move || {
//!     for n in 1.. {
//!         select! {
//!             send(tx, n * n) -> result => result.unwrap(),
//!             recv(stop_rx) -> _closed => break,
//!         }
//!     }
//! });
//! assert_eq!(rx.iter().take(4).collect::<Vec<u64>>(), [1, 4, 9, 16]);
//! stop_tx.close()?;
//! squares.join().unwrap();
//! # Ok::<(), channels::CloseError>(())
//! ```
//!
//! The modules, in reading order:
//!
//! | module | what it has |
//! |---|---|
//! | [`stages`] | a channel three times: with a lock and a condition variable, with a ring, as Go's `hchan` |
//! | `ends` | [`Sender`] and [`Receiver`], which all programs see |
//! | [`error`] | what can go wrong |
//! | [`inspect`] | what a debugger would show of a channel |
//! | `engine` | the channel behind the ends: the ring, the queues, who sleeps in them |
//! | [`mod@select`] | waiting for several channels, and how all waiting works |
//! | [`future`], [`iter`] | channels in async code and in `for` loops |
//! | [`mod@context`] | cancellation that spreads down a tree |
//! | [`mod@time`] | timers and tickers |

pub mod stages;

mod ends;
pub mod error;
pub mod inspect;

mod engine;
pub mod select;

pub mod future;
pub mod iter;

pub mod context;
pub mod time;

mod backoff;
mod random;
mod sync;

pub use ends::{Receiver, Sender, channel, never};
pub use error::{
    CloseError, RecvError, RecvTimeoutError, SendError, SendTimeoutError, TryRecvError,
    TrySendError,
};
pub use inspect::{Inspection, Waiter, WaiterKind};
