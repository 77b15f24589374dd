//! Datagrams: loss and order, multicast, clocks, and a reliable transfer built on top.
//!
//! UDP is what IP does, with port numbers: a message of up to 64 KiB goes out, and arrives once, or
//! twice, or not, before the one sent earlier or after it. Nobody says which. What TCP does about
//! that (numbers, acknowledgements, timers, windows, and the care not to flood the network) this
//! chapter builds in the open, as a state machine without a socket or a clock, over a simulated link
//! whose every loss is drawn from a seed.
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`multicast`] | groups, interfaces, time to live, loop-back, for IPv4 and IPv6 |
//! | [`tick`] | a time signal that any number of clocks follow |
//! | [`ntp`] | whose clock is wrong, out of four timestamps |
//! | [`link`](mod@link) | a simulated link: loss, delay, jitter, order, duplicates, bandwidth, a queue |
//! | [`transfer`] | the reliable transfer: numbers, acknowledgements, timers, windows, congestion |
//! | [`chart`] | sawteeth, drawn in text and as SVG |

pub mod multicast;

pub mod tick;

pub mod ntp;

pub mod link;

pub mod transfer;

pub mod chart;
