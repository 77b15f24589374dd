//! The channel itself, behind its two ends, in reading order: [`ring`] is its buffer, [`wait_queue`]
//! and [`sleeper`] are who waits for it, [`unseen`] is what they were given and have not looked at,
//! [`channel`] makes one thing of them.
//!
//! A channel behind one lock ([`crate::stages::three`]) is simpler, and as right. But on two cores
//! the line with the lock then goes to and fro for each value, which costs more than all else
//! together; a sender and a receiver that both find work should not touch the same words at all.

mod channel;
mod ring;
mod sleeper;
mod unseen;
mod wait_queue;

pub(crate) use channel::{Channel, Enlist};
pub(crate) use sleeper::Sleeper;
pub(crate) use wait_queue::Sudog;
