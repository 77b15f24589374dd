//! A file goes from the page cache to the network.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! sendfile(*) = 16
//! sendfile(*) = 0
//! !*read*(*, "0123456789abcdef*"*)
//! !*send*(*, "0123456789abcdef*"*)
//! !*writev
//! ```

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::exercise::send_file;

const LINE: &[u8] = b"0123456789abcdef";

pub fn main() {
    for lines in [1, 65536, 0] {
        let mut file = tempfile::tempfile().expect("a temporary file");
        file.write_all(&LINE.repeat(lines))
            .expect("room for a megabyte");
        file.rewind().expect("a file");
        let length = LINE.len() * lines;

        let (sent, received) = transfer(file).expect("a connection");
        assert_eq!(sent, length as u64, "how many bytes were sent");
        assert_eq!(received.len(), length, "how many bytes have arrived");
        assert!(received == LINE.repeat(lines), "the bytes of the file");
        println!("✓ a file of {length} bytes arrives");
    }
}

/// What `send_file` says that it has sent, and what has arrived.
fn transfer(file: File) -> io::Result<(u64, Vec<u8>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    client.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (server, _) = listener.accept()?;
    let sending = thread::spawn(move || send_file(&file, &server));
    let mut received = Vec::new();
    client.read_to_end(&mut received)?;
    Ok((sending.join().expect("no panic")?, received))
}
