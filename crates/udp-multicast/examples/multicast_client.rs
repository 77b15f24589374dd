//! A listener joins a group, and gets exactly the bytes that were sent: as many as `recv` says.
//!
//! Whoever prints the whole buffer instead of its first `len` bytes prints what an earlier, longer
//! datagram left there, or zeros. Go has the same trap, `buf` for `buf[:n]`; on a terminal zeros are
//! not to be seen.
//!
//! ```syscalls
//! setsockopt($socket, SOL_IP, IP_ADD_MEMBERSHIP, *) = 0
//! recvfrom($socket, "good morning", 100, *) = 12
//! recvfrom($socket, "bye", 100, *) = 3
//! ```

use udp_multicast::multicast::{Interface, MulticastError, MulticastSocket};

fn main() -> Result<(), MulticastError> {
    let loopback = Interface::loopback()?;
    let group = [239, 255, 73, 2].into();
    let listener = MulticastSocket::bind(group, 0)?;
    listener.join(group, Some(&loopback))?;
    let port = listener.local_addr()?.port();

    let sender = MulticastSocket::sender(group, Some(&loopback))?;
    for text in ["good morning", "bye"] {
        sender.send_to(text.as_bytes(), (group, port).into())?;
    }

    let mut buffer = [0; 100];
    for expected in ["good morning", "bye"] {
        let (len, source) = listener.receive(&mut buffer)?;
        println!(
            "{source} says {:?}",
            String::from_utf8_lossy(&buffer[..len])
        );
        assert_eq!(&buffer[..len], expected.as_bytes());
        assert_eq!(source, sender.local_addr()?);
    }
    let whole = String::from_utf8_lossy(&buffer);
    println!("the whole buffer: {:?}…", &whole[..20]);
    assert!(whole.starts_with("byed morning\0"));
    Ok(())
}
