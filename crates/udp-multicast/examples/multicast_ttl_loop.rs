//! Multicast stays on its network (time to live 1), and its own machine hears it unless told not to.
//!
//! Each router takes one off the time to live and drops what has none left; so 1 passes no router and
//! 0 does not even leave the machine. The copy for the own machine is a separate switch, of the
//! sender. Linux asks it for all interfaces but loopback, where every datagram comes back anyhow; so
//! this lesson takes another interface, if there is one. Group 224.0.0.1 is "all hosts", of which
//! every interface is a member, and with time to live 0 nothing is seen outside.
//!
//! Go's `ListenMulticastUDP` switches the copy off for its own socket; `net.ListenPacket` does not.

use std::net::IpAddr;

use socket2::SockRef;
use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let group = IpAddr::from([224, 0, 0, 1]);
    let interface = interface_to_use()?;
    println!("through {}", interface.name());
    let sender = MulticastSocket::sender(group, Some(&interface))?;
    let hops = SockRef::from(&sender).multicast_ttl_v4()?;
    println!("time to live of multicast: {hops}");
    assert_eq!(hops, 1);
    sender.set_hops(0)?;

    let listener = MulticastSocket::bind(group, 0)?;
    listener.join(group, Some(&interface))?;
    let to = (group, listener.local_addr()?.port()).into();
    sender.set_loop_back(false)?;
    sender.send_to(b"loop-back off", to)?;
    sender.set_loop_back(true)?;
    sender.send_to(b"loop-back on", to)?;

    let heard = receive(&listener)?;
    println!("heard first: {heard}");
    if cfg!(target_os = "linux") && interface.is_loopback() {
        assert_eq!(
            heard, "loop-back off",
            "all that leaves loopback comes in again"
        );
    } else {
        assert_eq!(heard, "loop-back on");
    }
    Ok(())
}

/// On macOS loopback honours the switch, and other interfaces may be forbidden.
fn interface_to_use() -> Result<Interface, MulticastError> {
    let mut others = Interface::all()?.into_iter().filter(|interface| {
        interface.is_multicast() && !interface.is_loopback() && interface.ipv4().is_some()
    });
    if cfg!(target_os = "linux")
        && let Some(interface) = others.next()
    {
        return Ok(interface);
    }
    Interface::loopback()
}

fn receive(listener: &MulticastSocket) -> Result<String, MulticastError> {
    let mut buffer = [0; 100];
    let (len, _) = listener.receive(&mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..len]).into_owned())
}
