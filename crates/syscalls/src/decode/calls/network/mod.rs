//! Sockets, addresses and messages.

mod control;
mod message;
mod option_values;
mod options;
mod protocols;
mod sockets;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[sockets::CALLS, message::CALLS, options::CALLS];
