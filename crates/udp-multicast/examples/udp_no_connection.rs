//! One socket serves any number of clients: nothing is accepted, and no descriptor is added.
//!
//! A TCP server has a socket that listens and one more for each connection. A UDP server has one
//! socket, and what it knows of its clients is what it writes down itself. A hundred thousand clients
//! cost it no descriptor, and a client that has gone costs it nothing at all.
//!
//! ```syscalls
//! socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, *) = 3
//! socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, *) = 4
//! socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, *) = 5
//! recvfrom(3, *) = 1 x6
//! sendto(3, *) = 1 x6
//! socket(*) = * x3
//! ! listen(*)
//! ! accept4(*)
//! ```

use std::collections::HashMap;
use std::io;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

fn main() -> io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let clients = [
        UdpSocket::bind("127.0.0.1:0")?,
        UdpSocket::bind("127.0.0.1:0")?,
    ];
    let next_number = lowest_free()?;

    let mut count = HashMap::new();
    for round in 1..=3u8 {
        for client in &clients {
            client.send_to(b"?", server.local_addr()?)?;
            let mut buffer = [0; 8];
            let (_, from) = server.recv_from(&mut buffer)?;
            // The only state there is, and it is ours.
            let questions = count.entry(from).or_insert(0u8);
            *questions += 1;
            server.send_to(&[*questions], from)?;
            client.recv(&mut buffer)?;
            assert_eq!(buffer[0], round);
        }
    }

    for (client, questions) in &count {
        println!("{client} asked {questions} times");
    }
    assert_eq!(count.len(), 2);
    assert_eq!(lowest_free()?, next_number, "no descriptor was added");
    println!("descriptor {next_number} is still free");
    Ok(())
}

/// The number that the next descriptor will have.
fn lowest_free() -> io::Result<i32> {
    Ok(io::pipe()?.0.as_raw_fd())
}
