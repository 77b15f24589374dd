//! With chunks a server begins to answer before it knows how long the answer will be.
//!
//! Each chunk is its size in hexadecimal, CR LF, so many bytes, CR LF; a chunk of size 0 is the end.
//! Unlike with a body that ends where the connection does, the client can tell a whole answer from a
//! cut one, and the connection can go on. Go's `http.ResponseWriter` chunks by itself when a handler
//! writes much or calls Flush. Here the bytes are written by hand.
//!
//! ```syscalls
//! sendto($client, "d\r\nNobody knows\n\r\n", 18, *) = 18
//! sendto($client, "20\r\nhow long this poem*"*, 38, *) = 38
//! sendto($client, "0\r\n\r\n", 5, *) = 5
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tcp_http::http::{Limits, Method, Response};

const VERSES: [&str; 3] = [
    "Nobody knows\n",
    "how long this poem will become,\n",
    "not even its author.\n",
];

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || {
        let (connection, _) = listener.accept()?;
        serve(&connection)
    });

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(b"GET /poem HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    server.join().expect("the server does not panic")?;

    println!(
        "{}",
        answer.escape_ascii().to_string().replace("\\n", "\\n\n")
    );
    let text = String::from_utf8_lossy(&answer);
    assert!(!text.contains("Content-Length"));
    // 13, 32 and 21 bytes.
    assert!(text.contains("\r\n\r\nd\r\nNobody knows\n\r\n20\r\nhow long"));
    assert!(text.ends_with("15\r\nnot even its author.\n\r\n0\r\n\r\n"));

    let parsed = Response::parse(&answer, Method::Get, false, &Limits::default());
    let (response, length) = parsed.map_err(io::Error::other)?.expect("a whole answer");
    assert_eq!(response.body, VERSES.concat().as_bytes());
    assert_eq!(length, answer.len());
    Ok(())
}

fn serve(mut connection: &TcpStream) -> io::Result<()> {
    for line in BufReader::new(connection).lines() {
        if line?.is_empty() {
            break;
        }
    }
    connection.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
    )?;
    for verse in VERSES {
        let chunk = format!("{:x}\r\n{verse}\r\n", verse.len());
        connection.write_all(chunk.as_bytes())?;
    }
    connection.write_all(b"0\r\n\r\n")
}
