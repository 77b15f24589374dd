//! One datagram for everybody who asked for it: groups, interfaces, time to live, loop-back.
//!
//! A multicast address (`224.0.0.0/4`, `ff00::/8`) names no host but a *group*. A listener *joins* it
//! on one of its interfaces; the kernel then tells the network's routers and switches (IGMP, MLD),
//! and its own network card, that it wants to hear what is sent there. A sender needs not be a
//! member: it sends once, and the network makes as many copies as there are listeners, as late on
//! the way as it can.
//!
//! # What goes wrong
//!
//! - *Which interface?* There is no address to route by. Unless the socket says so, the default route
//!   decides, for joining as for sending; a machine without one answers "no such device" or "no route
//!   to host". [`Interface`] is therefore a parameter of everything here.
//!   Headless and offline machines have loopback at least, which carries IPv4 groups. (For IPv6
//!   groups it does not serve: Linux says "network is unreachable", macOS "no route to host".)
//! - *Who hears?* On Linux a socket bound to `0.0.0.0:PORT` by default receives every group that
//!   *any* process of the machine has joined. This one hears the groups that it has joined itself,
//!   and datagrams sent to one of the machine's own addresses, on all systems. For IPv6, Linux
//!   looks at the group alone: it is also heard from an interface on which another program joined it.
//! - *Whose port?* All listeners of a group need the same port, and each has to have said beforehand
//!   that it would share. Which option says so differs between the systems.
//! - *How far?* A multicast datagram's time to live is 1 unless told otherwise: it leaves the machine
//!   and passes no router.
//! - *Who else?* The sender's own machine gets a copy if somebody there is a member. Linux and
//!   macOS have the *sender* switch that off, Windows the receiver. On loopback Linux does not look
//!   at the switch, as all that leaves there comes in again.
//!
//! Two processes, or two sockets of one, follow the same sender:
//!
//! ```
//! use std::net::{IpAddr, Ipv4Addr};
//! use udp_multicast::multicast::{Interface, MulticastSocket};
//!
//! let loopback = Interface::loopback()?;
//! let group = IpAddr::from(Ipv4Addr::new(239, 255, 7, 1));
//! let one = MulticastSocket::bind(group, 0)?;
//! let port = one.local_addr()?.port();
//! let two = MulticastSocket::bind(group, port)?;
//! one.join(group, Some(&loopback))?;
//! two.join(group, Some(&loopback))?;
//!
//! let sender = MulticastSocket::sender(group, Some(&loopback))?;
//! sender.send_to(b"hello", (group, port).into())?;
//! for listener in [one, two] {
//!     let mut buffer = [0; 100];
//!     let (len, source) = listener.receive(&mut buffer)?;
//!     assert_eq!((&buffer[..len], source), (&b"hello"[..], sender.local_addr()?));
//! }
//! # Ok::<(), udp_multicast::multicast::MulticastError>(())
//! ```

mod error;
mod interface;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};

pub use error::{Attempt, MulticastError};
pub use interface::Interface;

/// A datagram socket of one family that listens to groups, or sends to them. See the
/// [module](self).
#[derive(Debug)]
pub struct MulticastSocket {
    socket: UdpSocket,
}

impl MulticastSocket {
    /// A listener at `port` that shares it with other listeners; `port` 0 has the system choose.
    /// Nothing is heard before a [`join`](Self::join). `family` gives only its family: 4 or 6.
    ///
    /// The port is shared with sockets that want to share it, of the same user where the system
    /// insists.
    #[doc(alias = "SO_REUSEADDR")]
    #[doc(alias = "SO_REUSEPORT")]
    pub fn bind(family: IpAddr, port: u16) -> Result<Self, MulticastError> {
        let address = SocketAddr::new(unspecified(family), port);
        let bind = || {
            let socket = new_socket(family)?;
            sys::hear_own_groups_only(&socket, family)?;
            if port != 0 {
                sys::share_port(&socket)?;
            }
            socket.bind(&address.into())?;
            if port == 0 {
                // Only now: a system that may choose takes shared ports for free ones.
                sys::share_port(&socket)?;
            }
            Ok(socket.into())
        };
        match bind() {
            Ok(socket) => Ok(MulticastSocket { socket }),
            Err(error) => Err(MulticastError::new(Attempt::Bind { address }, error)),
        }
    }

    /// A socket to send from, by `interface` (or the system's choice), from a port of its own.
    pub fn sender(family: IpAddr, interface: Option<&Interface>) -> Result<Self, MulticastError> {
        // The source address is that of the interface: a listener sees who sent, and can answer.
        let address = match (family, interface) {
            (IpAddr::V4(_), Some(interface)) => interface.require_ipv4()?.into(),
            (family, _) => unspecified(family),
        };
        let address = SocketAddr::new(address, 0);
        let bind = || {
            let socket = new_socket(family)?;
            socket.bind(&address.into())?;
            Ok(socket.into())
        };
        let socket = bind().map_err(|e| MulticastError::new(Attempt::Bind { address }, e))?;
        let sender = MulticastSocket { socket };
        if let Some(interface) = interface {
            sender.send_through(interface)?;
        }
        Ok(sender)
    }

    /// From now on also hears `group`, from `interface` or from one that the system chooses.
    ///
    /// Fails with [`AddrInUse`](io::ErrorKind::AddrInUse) for what is joined already, and with
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for an address that is no group or of the other
    /// family.
    #[doc(alias = "IP_ADD_MEMBERSHIP")]
    #[doc(alias = "IPV6_JOIN_GROUP")]
    pub fn join(&self, group: IpAddr, interface: Option<&Interface>) -> Result<(), MulticastError> {
        let attempt = || Attempt::join(group, interface);
        self.check_group(group, attempt)?;
        let socket = SockRef::from(&self.socket);
        let joined = match group {
            IpAddr::V4(group) => socket.join_multicast_v4(&group, &ipv4_of(interface)?),
            IpAddr::V6(group) => socket.join_multicast_v6(&group, index_of(interface)),
        };
        joined.map_err(|error| MulticastError::new(attempt(), error))
    }

    /// Ends a [`join`](Self::join) of the same group on the same interface. What the kernel had
    /// queued is still received.
    ///
    /// Fails with [`AddrNotAvailable`](io::ErrorKind::AddrNotAvailable) for what is not joined.
    #[doc(alias = "IP_DROP_MEMBERSHIP")]
    #[doc(alias = "IPV6_LEAVE_GROUP")]
    pub fn leave(
        &self,
        group: IpAddr,
        interface: Option<&Interface>,
    ) -> Result<(), MulticastError> {
        let attempt = || Attempt::leave(group, interface);
        self.check_group(group, attempt)?;
        let socket = SockRef::from(&self.socket);
        let left = match group {
            IpAddr::V4(group) => socket.leave_multicast_v4(&group, &ipv4_of(interface)?),
            IpAddr::V6(group) => socket.leave_multicast_v6(&group, index_of(interface)),
        };
        left.map_err(|error| MulticastError::new(attempt(), error))
    }

    /// Has what is sent to groups leave by `interface`.
    #[doc(alias = "IP_MULTICAST_IF")]
    pub fn send_through(&self, interface: &Interface) -> Result<(), MulticastError> {
        let socket = SockRef::from(&self.socket);
        let set = if self.is_ipv4()? {
            socket.set_multicast_if_v4(&interface.require_ipv4()?)
        } else {
            socket.set_multicast_if_v6(interface.index())
        };
        set.map_err(|e| MulticastError::new(Attempt::send_through(interface), e))
    }

    /// How many routers a datagram to a group may pass, plus one. 0 keeps it on this machine, 1 (so
    /// it is at first) on this network.
    #[doc(alias = "IP_MULTICAST_TTL")]
    #[doc(alias = "IPV6_MULTICAST_HOPS")]
    pub fn set_hops(&self, hops: u8) -> Result<(), MulticastError> {
        let socket = SockRef::from(&self.socket);
        let set = if self.is_ipv4()? {
            socket.set_multicast_ttl_v4(hops.into())
        } else {
            socket.set_multicast_hops_v6(hops.into())
        };
        set.map_err(|e| MulticastError::new(Attempt::SetHops { hops }, e))
    }

    /// Whether listeners on this machine hear what this socket sends. They do at first.
    #[doc(alias = "IP_MULTICAST_LOOP")]
    pub fn set_loop_back(&self, on: bool) -> Result<(), MulticastError> {
        let socket = SockRef::from(&self.socket);
        let set = if self.is_ipv4()? {
            socket.set_multicast_loop_v4(on)
        } else {
            socket.set_multicast_loop_v6(on)
        };
        set.map_err(|e| MulticastError::new(Attempt::SetLoopBack { on }, e))
    }

    /// One datagram to all members of the group. That it was sent says nothing of who got it.
    #[doc(alias = "sendto")]
    pub fn send_to(&self, message: &[u8], group: SocketAddr) -> Result<(), MulticastError> {
        let sent = retry(|| self.socket.send_to(message, group));
        sent.map_err(|e| MulticastError::new(Attempt::Send { group }, e))?;
        Ok(())
    }

    /// Waits for a datagram: its length and who sent it. Of one that is longer than `buffer` the rest
    /// is lost.
    ///
    /// Fails with [`WouldBlock`](io::ErrorKind::WouldBlock) after
    /// [`set_timeout`](Self::set_timeout)'s time.
    #[doc(alias = "recvfrom")]
    pub fn receive(&self, buffer: &mut [u8]) -> Result<(usize, SocketAddr), MulticastError> {
        retry(|| self.socket.recv_from(buffer))
            .map_err(|e| MulticastError::new(Attempt::Receive, e))
    }

    /// How long [`receive`](Self::receive) waits; `None` is for ever. Zero is refused.
    pub fn set_timeout(&self, timeout: Option<Duration>) -> Result<(), MulticastError> {
        self.socket
            .set_read_timeout(timeout)
            .map_err(|e| MulticastError::new(Attempt::Receive, e))
    }

    /// The address that this socket is bound to.
    pub fn local_addr(&self) -> Result<SocketAddr, MulticastError> {
        self.socket
            .local_addr()
            .map_err(|e| MulticastError::new(Attempt::LocalAddress, e))
    }

    fn is_ipv4(&self) -> Result<bool, MulticastError> {
        Ok(self.local_addr()?.is_ipv4())
    }

    /// What the kernel says to a wrong address is "invalid argument", which names no cause.
    fn check_group(
        &self,
        group: IpAddr,
        attempt: impl Fn() -> Attempt,
    ) -> Result<(), MulticastError> {
        let refuse = |why| {
            let error = io::Error::new(io::ErrorKind::InvalidInput, why);
            Err(MulticastError::new(attempt(), error))
        };
        if !group.is_multicast() {
            return refuse("not a multicast address");
        }
        if group.is_ipv4() != self.is_ipv4()? {
            return refuse("the socket is of the other address family");
        }
        Ok(())
    }
}

impl AsFd for MulticastSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn new_socket(family: IpAddr) -> io::Result<Socket> {
    let domain = if family.is_ipv4() {
        Domain::IPV4
    } else {
        Domain::IPV6
    };
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if domain == Domain::IPV6 {
        socket.set_only_v6(true)?;
    }
    Ok(socket)
}

fn unspecified(family: IpAddr) -> IpAddr {
    match family {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// What means "you choose" to the kernel is the unspecified address, or index 0.
fn ipv4_of(interface: Option<&Interface>) -> Result<Ipv4Addr, MulticastError> {
    interface.map_or(Ok(Ipv4Addr::UNSPECIFIED), Interface::require_ipv4)
}

fn index_of(interface: Option<&Interface>) -> u32 {
    interface.map_or(0, Interface::index)
}

fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
