//! A request that has ended is answered on the same connection.
//!
//! ```syscalls
//! sendto($client, "how many", 8, *) = 8
//! shutdown($client, SHUT_WR) = 0
//! recvfrom($client, "8 bytes", *) = 7
//! ```

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::exercise::ask;

pub fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let requests = ["how many".into(), String::new(), "x".repeat(1 << 20)];
    let count = requests.len();
    let serving = thread::spawn(move || serve(&listener, count));

    for request in requests {
        let connection = TcpStream::connect(address).expect("the server listens");
        let limit = Some(Duration::from_secs(10));
        connection.set_read_timeout(limit).expect("a timeout");
        let answer = ask(&connection, request.as_bytes()).expect("an answer");
        let expected = format!("{} bytes", request.len());
        assert_eq!(
            String::from_utf8_lossy(&answer),
            expected,
            "the server answers when it sees the end of the request"
        );
        println!("✓ a request of {expected} is answered");
    }
    serving
        .join()
        .expect("no panic")
        .expect("all requests were answered");
}

fn serve(listener: &TcpListener, requests: usize) -> io::Result<()> {
    for _ in 0..requests {
        let (mut connection, _) = listener.accept()?;
        connection.set_read_timeout(Some(Duration::from_secs(3)))?;
        let mut request = Vec::new();
        match connection.read_to_end(&mut request) {
            Ok(length) => connection.write_all(format!("{length} bytes").as_bytes())?,
            Err(_) => connection.write_all(b"still waiting for the end")?,
        }
    }
    Ok(())
}
