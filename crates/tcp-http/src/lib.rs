//! A protocol over a byte stream: sockets, HTTP/1.1 from the first byte, servers and clients.
//!
//! TCP gives two programs a pipe each way: bytes come in the order in which they were sent, or not at
//! all, and nobody knows where one `write` ended and the next began. Where a message ends has to be
//! written into the bytes. HTTP/1.1 does that in text that one can type by hand, and thirty years of
//! use have put everything else into it too: connections that are kept, bodies whose length nobody
//! knows beforehand, answers that were not modified, parts of files.
//!
//! - [`http`] is the protocol alone, on bytes in memory, and never touches a socket;
//! - [`server`] is that with sockets under it, in three ways: a thread for each connection, one thread
//!   for all of them, and tokio's tasks;
//! - [`client`] is the other end, and [`load`] many of them at once, with a clock.
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`http`] | messages, framing, chunks, ranges, conditions, negotiation; what is refused, and why |
//! | [`server`] | three engines, files, timeouts, limits, an orderly stop |
//! | [`client`] | connections that are reused, redirects, a stale connection |
//! | [`load`] | asking at a fixed rate, and what waiting does to a histogram |
//! | [`rpc`] | JSON-RPC 2.0 over TCP and over HTTP |

pub mod http;

pub mod server;

pub mod client;

pub mod load;

pub mod rpc;
