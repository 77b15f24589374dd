//! What failed, with which group and by which interface.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};

use super::Interface;

/// An operation on a group failed. Multicast fails by the wrong interface more often than by
/// anything else, so the text names it.
#[derive(Debug, thiserror::Error)]
#[error("cannot {attempt}: {error}")]
pub struct MulticastError {
    /// What was tried.
    pub attempt: Attempt,
    /// What the system said. It is in the text, so it is no [`source`](std::error::Error::source):
    /// a chain of errors would say it twice.
    pub error: io::Error,
}

/// What was tried, for an error's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// To list the machine's interfaces.
    ListInterfaces,
    /// To find the interface that somebody called so.
    FindInterface {
        /// A name, an index or an address.
        named: String,
    },
    /// To get a port.
    Bind {
        /// The address asked for.
        address: SocketAddr,
    },
    /// To become a member.
    Join {
        /// Of which group.
        group: IpAddr,
        /// The interface's name; `None` is the system's choice.
        interface: Option<String>,
    },
    /// To be a member no more.
    Leave {
        /// Of which group.
        group: IpAddr,
        /// The interface's name; `None` is the system's choice.
        interface: Option<String>,
    },
    /// To choose the interface by which datagrams leave.
    SendThrough {
        /// The interface's name.
        interface: String,
    },
    /// To set the time to live.
    SetHops {
        /// The value.
        hops: u8,
    },
    /// To switch the copy for this machine on or off.
    SetLoopBack {
        /// Whether on.
        on: bool,
    },
    /// To send.
    Send {
        /// The group and its port.
        group: SocketAddr,
    },
    /// To receive.
    Receive,
    /// To ask for the own address.
    LocalAddress,
}

impl MulticastError {
    pub(super) fn new(attempt: Attempt, error: io::Error) -> Self {
        MulticastError { attempt, error }
    }

    /// Whether a [receive](super::MulticastSocket::receive) waited in vain.
    pub fn is_timeout(&self) -> bool {
        // The first on Linux and macOS; POSIX allows no other, but std's documentation does.
        matches!(
            self.error.kind(),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
        )
    }
}

impl Attempt {
    pub(super) fn join(group: IpAddr, interface: Option<&Interface>) -> Self {
        let interface = interface.map(|interface| interface.name().to_owned());
        Attempt::Join { group, interface }
    }

    pub(super) fn leave(group: IpAddr, interface: Option<&Interface>) -> Self {
        let interface = interface.map(|interface| interface.name().to_owned());
        Attempt::Leave { group, interface }
    }

    pub(super) fn send_through(interface: &Interface) -> Self {
        let interface = interface.name().to_owned();
        Attempt::SendThrough { interface }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Attempt::ListInterfaces => write!(f, "list the interfaces"),
            Attempt::FindInterface { named } => write!(f, "use interface {named}"),
            Attempt::Bind { address } => write!(f, "bind {address}"),
            Attempt::Join { group, interface } => {
                write!(f, "join group {group} on {}", or_default(interface))
            }
            Attempt::Leave { group, interface } => {
                write!(f, "leave group {group} on {}", or_default(interface))
            }
            Attempt::SendThrough { interface } => write!(f, "send through interface {interface}"),
            Attempt::SetHops { hops } => write!(f, "set the time to live to {hops}"),
            Attempt::SetLoopBack { on } => {
                write!(f, "switch loop-back {}", if *on { "on" } else { "off" })
            }
            Attempt::Send { group } => write!(f, "send to {group}"),
            Attempt::Receive => write!(f, "receive"),
            Attempt::LocalAddress => write!(f, "tell the local address"),
        }
    }
}

fn or_default(interface: &Option<String>) -> String {
    match interface {
        Some(name) => format!("interface {name}"),
        None => "the default interface".into(),
    }
}
