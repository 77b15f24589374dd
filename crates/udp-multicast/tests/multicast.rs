//! Who hears what, on the loopback interface.

mod common;

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use common::DEADLINE;
use udp_multicast::multicast::{Attempt, Interface, MulticastError, MulticastSocket};

/// A group of its own for each test: they run side by side.
fn group(last: u8) -> IpAddr {
    [239, 255, 70, last].into()
}

struct Net {
    loopback: Interface,
    group: IpAddr,
    sender: MulticastSocket,
    port: u16,
}

impl Net {
    /// A sender on loopback and the first listener's port.
    fn new(group: IpAddr) -> (Net, MulticastSocket) {
        let loopback = Interface::loopback().unwrap();
        let listener = MulticastSocket::bind(group, 0).unwrap();
        listener.set_timeout(Some(DEADLINE)).unwrap();
        let net = Net {
            sender: MulticastSocket::sender(group, Some(&loopback)).unwrap(),
            port: listener.local_addr().unwrap().port(),
            loopback,
            group,
        };
        (net, listener)
    }

    fn another_listener(&self) -> MulticastSocket {
        let listener = MulticastSocket::bind(self.group, self.port).unwrap();
        listener.set_timeout(Some(DEADLINE)).unwrap();
        listener
    }

    fn join(&self, listener: &MulticastSocket) {
        listener.join(self.group, Some(&self.loopback)).unwrap();
    }

    fn send(&self, text: &str) {
        self.send_to(self.group, text);
    }

    fn send_to(&self, group: IpAddr, text: &str) {
        let group = SocketAddr::new(group, self.port);
        self.sender.send_to(text.as_bytes(), group).unwrap();
    }
}

#[track_caller]
fn next(listener: &MulticastSocket) -> (String, SocketAddr) {
    let mut buffer = [0; 2000];
    let (len, source) = listener.receive(&mut buffer).expect("a datagram comes");
    (String::from_utf8(buffer[..len].to_vec()).unwrap(), source)
}

#[test]
fn every_member_gets_a_copy_and_sees_the_sender() {
    let (net, one) = Net::new(group(1));
    let two = net.another_listener();
    net.join(&one);
    net.join(&two);
    net.send("hello");
    let source = net.sender.local_addr().unwrap();
    assert_eq!(next(&one), ("hello".into(), source));
    assert_eq!(next(&two), ("hello".into(), source));
    assert!(source.ip().is_loopback());
}

/// Loopback delivers in order: when "after" is there, what was sent before it was not for us.
#[test]
fn nothing_is_heard_before_joining_nor_after_leaving() {
    let (net, listener) = Net::new(group(2));
    let witness = net.another_listener();
    net.join(&witness);
    net.send("before");
    assert_eq!(next(&witness).0, "before");
    net.join(&listener);
    net.send("member");
    assert_eq!(next(&listener).0, "member");
    listener.leave(net.group, Some(&net.loopback)).unwrap();
    net.send("left");
    net.join(&listener);
    net.send("again");
    assert_eq!(next(&listener).0, "again");
}

#[test]
fn what_others_have_joined_is_not_heard() {
    let (net, listener) = Net::new(group(3));
    let other_group = group(4);
    let other = net.another_listener();
    other.join(other_group, Some(&net.loopback)).unwrap();
    net.join(&listener);
    net.send_to(other_group, "for the other");
    net.send("for us");
    assert_eq!(next(&listener).0, "for us");
    assert_eq!(next(&other).0, "for the other");
}

#[test]
fn one_socket_can_be_in_several_groups() {
    let (net, listener) = Net::new(group(5));
    net.join(&listener);
    listener.join(group(6), Some(&net.loopback)).unwrap();
    net.send("five");
    net.send_to(group(6), "six");
    assert_eq!(
        (next(&listener).0, next(&listener).0),
        ("five".into(), "six".into())
    );
}

#[test]
fn without_loop_back_this_machine_hears_nothing() {
    let (net, listener) = Net::new(group(7));
    net.join(&listener);
    net.sender.set_loop_back(false).unwrap();
    net.send("unheard");
    net.sender.set_loop_back(true).unwrap();
    net.send("heard");
    if cfg!(target_os = "linux") {
        // The loopback interface leads back by itself: it needs no copy to be made.
        assert_eq!(next(&listener).0, "unheard");
    }
    assert_eq!(next(&listener).0, "heard");
}

#[test]
fn the_time_to_live_is_set_for_either_family() {
    for family in [IpAddr::from([0u8; 4]), IpAddr::from([0u16; 8])] {
        let sender = MulticastSocket::sender(family, None).unwrap();
        sender.set_hops(17).unwrap();
        let socket = socket2::SockRef::from(&sender);
        let hops = if family.is_ipv4() {
            socket.multicast_ttl_v4()
        } else {
            socket.multicast_hops_v6()
        };
        assert_eq!(hops.unwrap(), 17);
    }
}

#[test]
fn an_interface_has_three_names() {
    let loopback = Interface::loopback().unwrap();
    for named in [loopback.name(), "127.0.0.1", &loopback.index().to_string()] {
        assert_eq!(Interface::find(named).unwrap(), loopback);
    }
    let error = Interface::find("no-such0").unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot use interface no-such0: no interface that is up has this name or address"
    );
}

#[test]
fn errors_name_the_group_and_the_interface() {
    let (net, listener) = Net::new(group(8));
    let lo = net.loopback.name();
    let refused = |error: MulticastError, text: &str| {
        assert_eq!(error.to_string(), text.replace("LO", lo));
    };
    let join = |group: &str| {
        let group = group.parse().unwrap();
        listener.join(group, Some(&net.loopback)).unwrap_err()
    };
    refused(
        join("192.0.2.1"),
        "cannot join group 192.0.2.1 on interface LO: not a multicast address",
    );
    refused(
        join("ff02::7"),
        "cannot join group ff02::7 on interface LO: the socket is of the other address family",
    );
    net.join(&listener);
    let twice = listener.join(net.group, Some(&net.loopback)).unwrap_err();
    assert_eq!(twice.error.kind(), ErrorKind::AddrInUse);
    let never = listener.leave(group(9), Some(&net.loopback)).unwrap_err();
    assert_eq!(never.error.kind(), ErrorKind::AddrNotAvailable);
    let interface = Some(lo.to_owned());
    assert_eq!(
        never.attempt,
        Attempt::Leave {
            group: group(9),
            interface
        }
    );
}

#[test]
fn a_port_that_somebody_does_not_share_is_refused() {
    let owner = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    let port = owner.local_addr().unwrap().port();
    let error = MulticastSocket::bind(group(10), port).unwrap_err();
    assert_eq!(error.error.kind(), ErrorKind::AddrInUse);
    assert!(
        error
            .to_string()
            .starts_with(&format!("cannot bind 0.0.0.0:{port}: "))
    );
}

#[test]
fn a_receive_ends_when_its_time_is_over() {
    let (_, listener) = Net::new(group(11));
    listener
        .set_timeout(Some(Duration::from_millis(10)))
        .unwrap();
    assert!(listener.receive(&mut [0; 10]).unwrap_err().is_timeout());
}

/// Loopback carries no IPv6 groups: we are in a network of our own.
#[cfg(target_os = "linux")]
#[test]
fn ipv6_groups_work_alike() {
    const VETH: &str = "ip link add one type veth peer name two && ip link set two up \
                        && ip link set one up && ip addr add fd00::1/64 dev one nodad";
    if !in_own_network("ipv6_groups_work_alike", VETH) {
        return;
    }
    let one = Interface::find("one").unwrap();
    let group = "ff12::4711".parse().unwrap();
    let listeners = [0; 2].map(|_| MulticastSocket::bind(group, 4711).unwrap());
    for listener in &listeners {
        listener.set_timeout(Some(DEADLINE)).unwrap();
        listener.join(group, Some(&one)).unwrap();
    }
    let sender = MulticastSocket::sender(group, Some(&one)).unwrap();
    let send = |text: &str| {
        sender
            .send_to(text.as_bytes(), (group, 4711).into())
            .unwrap();
    };
    send("six");
    assert_eq!(
        listeners.each_ref().map(|listener| next(listener).0),
        ["six", "six"]
    );
    listeners[0].leave(group, Some(&one)).unwrap();
    send("left");
    listeners[0].join(group, Some(&one)).unwrap();
    send("again");
    assert_eq!(next(&listeners[0]).0, "again");
    assert_eq!(
        [next(&listeners[1]).0, next(&listeners[1]).0],
        ["left", "again"]
    );
}

/// A copy for the own machine is made for every interface but loopback.
#[cfg(target_os = "linux")]
#[test]
fn loop_back_off_means_that_the_senders_machine_hears_nothing() {
    const VETH: &str = "ip link add one type veth peer name two && ip addr add 192.0.2.1/24 dev one \
                        && ip link set one up && ip link set two up";
    let test = "loop_back_off_means_that_the_senders_machine_hears_nothing";
    if !in_own_network(test, VETH) {
        return;
    }
    let one = Interface::find("one").unwrap();
    let listener = MulticastSocket::bind(group(12), 0).unwrap();
    listener.set_timeout(Some(DEADLINE)).unwrap();
    listener.join(group(12), Some(&one)).unwrap();
    let to = SocketAddr::new(group(12), listener.local_addr().unwrap().port());
    let sender = MulticastSocket::sender(group(12), Some(&one)).unwrap();
    sender.set_loop_back(false).unwrap();
    sender.send_to(b"unheard", to).unwrap();
    sender.set_loop_back(true).unwrap();
    sender.send_to(b"heard", to).unwrap();
    assert_eq!(
        next(&listener),
        ("heard".into(), sender.local_addr().unwrap())
    );
}

/// Runs `test` again in a child with a network namespace that `setup` has furnished, and is true in
/// that child only.
#[cfg(target_os = "linux")]
fn in_own_network(test: &str, setup: &str) -> bool {
    const INSIDE: &str = "UDP_MULTICAST_IN_OWN_NETWORK";
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    if !common::have("unshare") || !common::have("ip") {
        return false;
    }
    let is_root = nix::unistd::geteuid().is_root();
    let unshare = || {
        let mut unshare = std::process::Command::new("unshare");
        unshare.args(if is_root { &["-n"][..] } else { &["-r", "-n"] });
        unshare
    };
    let allowed = unshare().arg("true").output().unwrap().status.success();
    if !allowed && !is_root {
        println!("skipped: {test} may not make a network namespace");
        return false;
    }
    let script = format!("{setup} && exec \"$0\" --exact {test} --nocapture");
    let this = std::env::current_exe().unwrap();
    let mut child = unshare();
    child.args(["sh", "-c", &script]).arg(this).env(INSIDE, "1");
    let output = String::from_utf8(common::output_of(&mut child)).unwrap();
    assert!(output.contains("1 passed"), "{output}");
    false
}
