//! Several answers come over one connection.
//!
//! ```syscalls
//! connect(*) = 0 x1
//! ```

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

use super::exercise::get_all;

pub fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    // Ends with the check.
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            seen.fetch_add(1, SeqCst);
            thread::spawn(move || serve(&connection));
        }
    });

    let bodies = get_all(address, &["/one", "/two", "/empty", "/four"]).expect("four answers");
    assert_eq!(
        bodies,
        [
            "this is /one",
            "this is /two",
            "",
            "this is /four\r\n\r\nand more of it"
        ],
        "the bodies, in the order of the paths"
    );
    println!("✓ four answers, in the order of the paths");

    let connections = connections.load(SeqCst);
    assert_eq!(connections, 1, "four answers over one connection");
    println!("✓ over one connection");
}

fn serve(connection: &TcpStream) -> io::Result<()> {
    // A client that waits for the connection's end is told by it that it waits in vain.
    connection.set_read_timeout(Some(Duration::from_secs(2)))?;
    let (mut reader, mut writer) = (BufReader::new(connection), connection);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let path = head.split(' ').nth(1).unwrap_or_default();
        let body = match path {
            "/empty" => String::new(),
            "/four" => "this is /four\r\n\r\nand more of it".to_owned(),
            path => format!("this is {path}"),
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        writer.write_all(answer.as_bytes())?;
        if head.to_ascii_lowercase().contains("connection: close") {
            return Ok(());
        }
    }
}
