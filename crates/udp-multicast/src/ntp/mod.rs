//! Whose clock is wrong, and by how much, out of four timestamps: SNTP, a client and a server.
//!
//! A client sends a packet and notes when (T1). The server notes when it came (T2) and when its answer
//! left (T3), and the client when that arrived (T4). T1 and T4 are read from one clock, T2 and T3 from
//! another. If the way there takes as long as the way back, then
//!
//! ```text
//! offset = ((T2 - T1) + (T3 - T4)) / 2      how far the server's clock is ahead of ours
//! delay  =  (T4 - T1) - (T3 - T2)           how long both ways took together
//! ```
//!
//! The offset is wrong by half the difference of the two ways, so by at most half the delay, and
//! nothing that a client measures tells how wrong. Hence the sample with the smallest delay is the
//! one to believe.
//!
//! # What a client must not believe
//!
//! The protocol is old, unencrypted and over UDP: anybody can send us an answer. What can be checked
//! without keys, [`Request::check`] does, in this order:
//!
//! - from the address that was asked (the [`Client`]'s socket is connected);
//! - it repeats the *origin timestamp*, which is 64 random bits instead of our time: who did not see
//!   the question cannot answer it, and our clock is not given away;
//! - it is of a server, and no *kiss of death*, by which one asks us to stop or to slow down;
//! - the server says that it is synchronised, closely enough, and its times make sense.
//!
//! What fails the first two is dropped silently, and the wait goes on: otherwise any stranger could
//! end our query.
//!
//! # Two ways round the year 2036
//!
//! A timestamp counts seconds since 1900 in 32 bits and wraps in February 2036. The *difference* of two
//! is right across the wrap, as long as they are less than 68 years apart; see [`Timestamp`].
//!
//! ```
//! use udp_multicast::ntp::{Offset, Request, Responder, Timestamp};
//!
//! // Our clock, and one that is 2 s ahead. The way there takes 10 ms, and back 10 ms.
//! let clock = |millis: u64| Timestamp::from_unix_millis(1_700_000_000_000 + millis);
//! let request = Request::new(clock(0), Timestamp::from_bits(0x5eed));
//! let from = "192.0.2.1".parse().unwrap();
//! let mut server = Responder::new(2);
//! let reply = server.answer(&request.packet(), from, clock(2_010), || clock(2_011)).unwrap();
//! let sample = request.check(&reply, clock(21)).unwrap();
//! assert_eq!(sample.offset.to_string(), "2.000000");
//! assert_eq!(sample.delay.to_string(), "0.020000");
//! ```
//!
//! Defined in [RFC 5905](https://www.rfc-editor.org/rfc/rfc5905), with its client's side simplified
//! as in RFC 4330; a random port for each question is RFC 9109's advice.

mod client;
mod packet;
mod request;
mod responder;
mod server;
mod timestamp;

pub use client::{Client, QueryError, best};
pub use packet::{Kiss, LEN, Leap, Mode, Packet, TooShort};
pub use request::{MAX_DISTANCE, Refusal, Request, Sample};
pub use responder::Responder;
pub use server::Server;
pub use timestamp::{Offset, Short, Timestamp};

/// The port that the protocol has.
pub const PORT: u16 = 123;
