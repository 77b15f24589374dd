//! A group has no route of its own: which interface carries it, the socket has to say.
//!
//! An address of a host belongs to a network, and the routing table knows the way there. A group may
//! have members everywhere. Unless told otherwise the kernel takes the default route's interface; a
//! machine without one answers "network is unreachable" (macOS: "no route to host", also where the
//! user has not allowed a program to see the local network). Set for joining *and* for sending,
//! loopback works everywhere.
//!
//! IPv4's options name the interface by its address, IPv6's by its index. Go's `ListenMulticastUDP`
//! takes a `*net.Interface` to join; to send through one takes golang.org/x/net/ipv4.
//!
//! ```syscalls
//! setsockopt($listener, SOL_IP, IP_ADD_MEMBERSHIP, {imr_multiaddr=inet_addr("239.255.73.5"), imr_interface=inet_addr("127.0.0.1")}, 8) = 0
//! setsockopt($sender, SOL_IP, IP_MULTICAST_IF, *) = 0
//! sendto($sender, "by loopback", 11, *) = 11
//! recvfrom($listener, "by loopback", *) = 11
//! ```

use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};

fn main() -> Result<(), MulticastError> {
    for interface in Interface::all()? {
        let (index, name) = (interface.index(), interface.name());
        println!("{index} {name}: {:?}", interface.addresses());
    }
    let loopback = Interface::find("127.0.0.1")?;
    assert_eq!(loopback, Interface::loopback()?);
    assert_eq!(loopback, Interface::find(loopback.name())?);

    let group = [239, 255, 73, 5].into();
    let listener = MulticastSocket::bind(group, 0)?;
    listener.join(group, Some(&loopback))?;
    let to = (group, listener.local_addr()?.port()).into();

    // By the system's choice: another interface, or none at all. Time to live 0 keeps it here.
    let undecided = MulticastSocket::sender(group, None)?;
    undecided.set_hops(0)?;
    match undecided.send_to(b"by the default route", to) {
        Ok(()) => println!("without an interface: sent, somewhere"),
        Err(error) => println!("without an interface: {error}"),
    }

    let sender = MulticastSocket::sender(group, Some(&loopback))?;
    sender.send_to(b"by loopback", to)?;
    let mut buffer = [0; 100];
    let (len, source) = listener.receive(&mut buffer)?;
    println!(
        "through {}: {:?}",
        loopback.name(),
        String::from_utf8_lossy(&buffer[..len])
    );
    // It came first: what went by another interface is not for a member on loopback.
    assert_eq!(
        (&buffer[..len], source),
        (&b"by loopback"[..], sender.local_addr()?)
    );
    Ok(())
}
