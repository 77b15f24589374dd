//! Membership decides delivery: nothing comes before the join, and nothing after the leave.
//!
//! A socket bound to the right port is not enough. To join has the kernel take the group's datagrams
//! from the network (and tell the routers, IGMP) and hand them to this socket. Loopback keeps the
//! order, so when "welcome" arrives first, "too early" was not delivered.
//!
//! On Linux a socket hears what *any* socket of the machine has joined, unless it switches
//! `IP_MULTICAST_ALL` off, as our type does. Go's `ListenMulticastUDP` leaves it on.
//!
//! ```syscalls
//! setsockopt($socket, SOL_IP, IP_MULTICAST_ALL, [0], 4) = 0
//! sendto(*, "too early", 9, *) = 9
//! setsockopt($socket, SOL_IP, IP_ADD_MEMBERSHIP, *) = 0
//! sendto(*, "welcome", 7, *) = 7
//! recvfrom($socket, "welcome", *) = 7
//! setsockopt($socket, SOL_IP, IP_DROP_MEMBERSHIP, *) = 0
//! sendto(*, "too late", 8, *) = 8
//! setsockopt($socket, SOL_IP, IP_ADD_MEMBERSHIP, *) = 0
//! sendto(*, "welcome back", 12, *) = 12
//! recvfrom($socket, "welcome back", *) = 12
//! ```

use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};

fn main() -> Result<(), MulticastError> {
    let loopback = Interface::loopback()?;
    let group = [239, 255, 73, 4].into();
    let listener = MulticastSocket::bind(group, 0)?;
    let port = listener.local_addr()?.port();
    let sender = MulticastSocket::sender(group, Some(&loopback))?;
    let send = |text: &str| {
        println!("sent: {text}");
        sender.send_to(text.as_bytes(), (group, port).into())
    };
    let expect = |expected: &str| {
        let mut buffer = [0; 100];
        let (len, _) = listener.receive(&mut buffer)?;
        println!("    heard: {}", String::from_utf8_lossy(&buffer[..len]));
        assert_eq!(&buffer[..len], expected.as_bytes());
        Ok::<(), MulticastError>(())
    };

    send("too early")?;
    listener.join(group, Some(&loopback))?;
    send("welcome")?;
    expect("welcome")?;
    listener.leave(group, Some(&loopback))?;
    send("too late")?;
    listener.join(group, Some(&loopback))?;
    send("welcome back")?;
    expect("welcome back")
}
