//! One send reaches five listeners: its cost does not grow with their number.
//!
//! The sender does not know who listens, or whether anybody does. The copies are made where the ways
//! part: in the kernel for the listeners of one machine, as here, and else in the last switch or
//! router before them.
//!
//! ```syscalls
//! setsockopt(*, SOL_IP, IP_ADD_MEMBERSHIP, *) = 0 x5
//! sendto(*, "tick", 4, *) = 4 x1
//! recvfrom(*, "tick", *) = 4 x5
//! ```

use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};

const LISTENERS: usize = 5;

fn main() -> Result<(), MulticastError> {
    let loopback = Interface::loopback()?;
    let group = [239, 255, 73, 3].into();
    let mut port = 0;
    let mut listeners = Vec::new();
    for _ in 0..LISTENERS {
        // The first one gets a port from the system, the others share it.
        let listener = MulticastSocket::bind(group, port)?;
        listener.join(group, Some(&loopback))?;
        port = listener.local_addr()?.port();
        listeners.push(listener);
    }

    let sender = MulticastSocket::sender(group, Some(&loopback))?;
    sender.send_to(b"tick", (group, port).into())?;

    let mut heard = 0;
    for (number, listener) in listeners.iter().enumerate() {
        let mut buffer = [0; 100];
        let (len, source) = listener.receive(&mut buffer)?;
        println!(
            "listener {number}: {:?} from {source}",
            String::from_utf8_lossy(&buffer[..len])
        );
        assert_eq!(&buffer[..len], b"tick");
        heard += 1;
    }
    println!("sent once, heard {heard} times");
    assert_eq!(heard, LISTENERS);
    Ok(())
}
