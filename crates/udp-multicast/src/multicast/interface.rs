//! The network interfaces of this machine, by name, index or address.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use nix::ifaddrs::{InterfaceAddress, getifaddrs};
use nix::net::if_::{InterfaceFlags, if_nametoindex};
use nix::sys::socket::SockaddrStorage;

use super::{Attempt, MulticastError};

/// One network interface, as it was when it was looked up.
///
/// The options for IPv4 name an interface by its address, those for IPv6 by its index; people name it
/// by what `ip link` or `ifconfig` calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    name: String,
    index: u32,
    is_loopback: bool,
    is_multicast: bool,
    addresses: Vec<IpAddr>,
}

impl Interface {
    /// All interfaces that are up.
    #[doc(alias = "getifaddrs")]
    pub fn all() -> Result<Vec<Interface>, MulticastError> {
        let listing =
            |errno: nix::Error| MulticastError::new(Attempt::ListInterfaces, errno.into());
        let mut interfaces: Vec<Interface> = Vec::new();
        // An entry per address; those of an interface need not be neighbours.
        for entry in getifaddrs().map_err(listing)? {
            if !entry.flags.contains(InterfaceFlags::IFF_UP) {
                continue;
            }
            let known = interfaces
                .iter()
                .position(|interface| interface.name == entry.interface_name);
            let place = match known {
                Some(place) => place,
                // It may have gone since it was listed.
                None => match if_nametoindex(&*entry.interface_name) {
                    Ok(index) => {
                        interfaces.push(Interface::without_addresses(&entry, index));
                        interfaces.len() - 1
                    }
                    Err(_) => continue,
                },
            };
            interfaces[place].addresses.extend(ip_address(&entry));
        }
        Ok(interfaces)
    }

    /// The interface called `named`: a name (`lo`, `en0`), an index (`1`) or one of its addresses
    /// (`127.0.0.1`).
    pub fn find(named: &str) -> Result<Interface, MulticastError> {
        Interface::all()?
            .into_iter()
            .find(|interface| interface.is_called(named))
            .ok_or_else(|| not_found(named, "no interface that is up has this name or address"))
    }

    /// The interface that leads back to this machine. It exists where there is no network.
    pub fn loopback() -> Result<Interface, MulticastError> {
        Interface::all()?
            .into_iter()
            .find(|interface| interface.is_loopback)
            .ok_or_else(|| not_found("loopback", "it is not up"))
    }

    /// What the system calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number; never 0.
    #[doc(alias = "if_nametoindex")]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Whether it leads back to this machine.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether it says that it carries groups. Linux's loopback does not say so, and does.
    pub fn is_multicast(&self) -> bool {
        self.is_multicast
    }

    /// Its addresses, of both families.
    pub fn addresses(&self) -> &[IpAddr] {
        &self.addresses
    }

    /// Its first IPv4 address, by which the kernel knows it.
    pub fn ipv4(&self) -> Option<Ipv4Addr> {
        self.addresses.iter().find_map(|address| match address {
            IpAddr::V4(address) => Some(*address),
            IpAddr::V6(_) => None,
        })
    }

    pub(super) fn require_ipv4(&self) -> Result<Ipv4Addr, MulticastError> {
        self.ipv4()
            .ok_or_else(|| not_found(&self.name, "it has no IPv4 address"))
    }

    fn without_addresses(entry: &InterfaceAddress, index: u32) -> Self {
        Interface {
            name: entry.interface_name.clone(),
            index,
            is_loopback: entry.flags.contains(InterfaceFlags::IFF_LOOPBACK),
            is_multicast: entry.flags.contains(InterfaceFlags::IFF_MULTICAST),
            addresses: Vec::new(),
        }
    }

    fn is_called(&self, named: &str) -> bool {
        self.name == named
            || named.parse() == Ok(self.index)
            || named
                .parse()
                .is_ok_and(|address| self.addresses.contains(&address))
    }
}

fn ip_address(entry: &InterfaceAddress) -> Option<IpAddr> {
    let address: SockaddrStorage = entry.address?;
    let ipv4 = address.as_sockaddr_in().map(|v4| v4.ip().into());
    ipv4.or_else(|| address.as_sockaddr_in6().map(|v6| v6.ip().into()))
}

fn not_found(named: &str, why: &str) -> MulticastError {
    let named = named.to_owned();
    let error = io::Error::new(io::ErrorKind::NotFound, why);
    MulticastError::new(Attempt::FindInterface { named }, error)
}
