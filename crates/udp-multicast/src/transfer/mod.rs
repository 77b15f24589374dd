//! A file over datagrams that get lost: what TCP does, in the open.
//!
//! Everything here is a state machine without a socket and without a clock ("sans-I/O"): datagrams go
//! in with the time at which they came, datagrams come out, and the machine says when it wants to be
//! asked again ([`Machine`](crate::link::Machine)). So an hour of bad luck is simulated in a millisecond, and the
//! same code runs over real sockets ([`over_udp`]).
//!
//! It grows in stages that share one link:
//!
//! 1. [`stop_and_wait`]: sequence numbers, acknowledgements and a timer ([`rtt`]). Correct, and slow.
//! 2. [`sliding_window`]: more than one segment on its way. Fast, and wasteful when something is lost.
//! 3. [`sender`] and [`receiver`]: the real one. The receiver keeps what comes early
//!    ([`reassembly`]) and says so (selective acknowledgement); it says how much room it has (flow
//!    control); the sender finds out how much the network carries ([`congestion`]) and how large a
//!    datagram may be ([`path`]). A handshake tells what is coming ([`wire`]), so that an interrupted
//!    transfer goes on where it was.
//!
//! What comes from the network is believed when its sum is right, its lengths and ranges make sense, and
//! it carries the connection's id; all else changes nothing.
//!
//! ```
//! use std::time::Duration;
//! use udp_multicast::link::{Conditions, Flow, Link, run};
//! use udp_multicast::transfer::in_memory::{Download, Upload};
//!
//! let lossy = Conditions { loss: 0.2, ..Conditions::default() };
//! let mut link = Link::new(1, lossy);
//! let mut upload = Upload::new(Default::default(), b"file".repeat(10_000), 2);
//! let mut download = Download::new(Default::default(), 3);
//! run(&mut link, &mut [Flow::new(&mut upload, &mut download)], Duration::from_secs(60));
//! assert_eq!(upload.outcome(), Some(Ok(())));
//! assert_eq!(download.bytes(), b"file".repeat(10_000));
//! ```

pub mod rtt;
pub mod sliding_window;
pub mod stop_and_wait;

pub mod wire;

pub mod ranges;
pub mod reassembly;
pub mod receiver;
mod ring;

pub mod congestion;
mod flight;
pub mod path;
pub mod sender;

pub mod in_memory;

pub mod over_udp;
