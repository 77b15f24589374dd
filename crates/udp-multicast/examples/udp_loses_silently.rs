//! Every send succeeds, most datagrams are lost, and neither side is told.
//!
//! A datagram that finds the receiver's buffer full is thrown away. The sender's call returned Ok long
//! before, as it says only that the datagram left the process; on the way it meets more queues of
//! that kind. To notice takes numbers in the datagrams, and to repair it takes what TCP has. (Linux
//! counts them: `RcvbufErrors` in /proc/net/snmp, and the last column of /proc/net/udp.)
//!
//! ```syscalls
//! sendto(*, *, 1000, *) = 1000 x500
//! ! sendto(*) = -1 *
//! recvfrom(*) = -1 EAGAIN (*)
//! ```

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

use socket2::SockRef;

const SENT: u32 = 500;

fn main() -> io::Result<()> {
    let receiver = UdpSocket::bind("127.0.0.1:0")?;
    SockRef::from(&receiver).set_recv_buffer_size(4096)?;
    let sender = UdpSocket::bind("127.0.0.1:0")?;

    let mut datagram = [0; 1000];
    for number in 0..SENT {
        datagram[..4].copy_from_slice(&number.to_be_bytes());
        assert_eq!(sender.send_to(&datagram, receiver.local_addr()?)?, 1000);
    }

    receiver.set_read_timeout(Some(Duration::from_millis(100)))?;
    let mut received = Vec::new();
    while let Ok(len) = receiver.recv(&mut datagram) {
        assert_eq!(len, 1000, "none arrives in part");
        let number = datagram[..4].try_into().expect("four bytes");
        received.push(u32::from_be_bytes(number));
    }
    println!(
        "sent {SENT}, all Ok; received {}: {received:?}",
        received.len()
    );
    assert!(!received.is_empty() && received.len() < SENT as usize);
    // The buffer kept those that came first, and had no room for those that came later.
    assert!(received.iter().copied().eq(0..received.len() as u32));
    Ok(())
}
