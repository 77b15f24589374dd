//! A server that keeps its connections answers three requests on one, and closes it when it is idle.
//!
//! HTTP/1.1 keeps the connection unless someone says `Connection: close`. That saves the handshake and
//! costs the server a descriptor and a worker for each client that is only thinking, so it sets a limit
//! on waiting: often five seconds, here half of one. In Go it is `http.Server{IdleTimeout: …}`, or
//! `conn.SetReadDeadline` before each request. Now every body needs a length.
//!
//! ```syscalls
//! accept4 x1
//! accept4 = $connection
//! recvfrom($connection, "GET /1 HTTP/1.1*"*)
//! sendto($connection, "HTTP/1.1 200 OK*"*)
//! recvfrom($connection, "GET /2 HTTP/1.1*"*)
//! recvfrom($connection, "GET /3 HTTP/1.1*"*)
//! recvfrom($connection, *) = -1 EAGAIN (*)
//! close($connection) = 0
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const IDLE_LIMIT: Duration = Duration::from_millis(500);
/// Kernels count these limits in ticks.
const TICK: Duration = Duration::from_millis(10);
const LONGEST_HEAD: u64 = 8 << 10;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || {
        let (connection, peer) = listener.accept()?;
        serve(&connection, peer)
    });

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let port = connection.local_addr()?.port();
    let mut quiet_since = Instant::now();
    for number in 1..=3 {
        connection.write_all(format!("GET /{number} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())?;
        let expected = answer(&format!("GET /{number} HTTP/1.1 from port {port}\n"));
        let mut received = vec![0; expected.len()];
        quiet_since = Instant::now();
        connection.read_exact(&mut received)?;
        assert_eq!(String::from_utf8_lossy(&received), expected);
    }

    assert_eq!(connection.read(&mut [0; 1])?, 0, "the server closes");
    let quiet = quiet_since.elapsed();
    println!("client: the server closed after {quiet:.1?} of silence");
    assert!(quiet + TICK >= IDLE_LIMIT);
    let answered = server.join().expect("the server does not panic")?;
    assert_eq!(answered, 3);
    Ok(())
}

/// Answers requests until the client closes or says nothing for too long; how many.
fn serve(mut connection: &TcpStream, peer: SocketAddr) -> io::Result<usize> {
    connection.set_read_timeout(Some(IDLE_LIMIT))?;
    let mut reader = BufReader::new(connection);
    let mut answered = 0;
    loop {
        match read_request_line(&mut reader) {
            Ok(Some(line)) => {
                println!("server: {line} from {peer}");
                let body = format!("{line} from port {}\n", peer.port());
                connection.write_all(answer(&body).as_bytes())?;
                answered += 1;
            }
            Ok(None) => return Ok(answered),
            Err(error) if is_timeout(&error) => {
                println!("server: Timeout");
                return Ok(answered);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The first line of a head, `None` if there is none; the fields are read and not looked at.
fn read_request_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut reader = reader.take(LONGEST_HEAD);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    Ok(head.lines().next().map(str::to_owned))
}

fn answer(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Which of the two it is depends on the platform, std says.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
