//! A hundred requests are a hundred connections to accept, or one, if the connection is kept.
//!
//! Each new connection costs a round trip for the handshake, a socket and a port on both sides, and
//! leaves the side that closed first in TIME_WAIT for a minute. On loopback a round trip is nearly
//! nothing and the difference is still seen; over an ocean it is 150 ms for each request. The times are
//! printed and not asserted, as on a busy machine anything may be slow once.
//!
//! ```syscalls
//! connect x101
//! accept4 x101
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const REQUESTS: usize = 100;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";

fn main() -> io::Result<()> {
    let (anew, time_anew) = measure(false)?;
    let (kept, time_kept) = measure(true)?;
    println!("{REQUESTS} requests    accepted    time");
    println!("each anew       {anew:8}    {time_anew:.1?}");
    println!("on one          {kept:8}    {time_kept:.1?}");
    assert_eq!(anew, REQUESTS);
    assert_eq!(kept, 1);
    Ok(())
}

/// How many connections the server saw, and how long all took.
fn measure(keep: bool) -> io::Result<(usize, Duration)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(&listener));
    let start = Instant::now();
    ask(address, keep)?;
    let time = start.elapsed();
    let accepted = server.join().expect("the server does not panic")?;
    Ok((accepted, time))
}

fn ask(address: SocketAddr, keep: bool) -> io::Result<()> {
    let mut connection = connect(address)?;
    for number in 0..REQUESTS {
        if number > 0 && !keep {
            connection = connect(address)?;
        }
        connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        let mut answer = [0; ANSWER.len()];
        connection.read_exact(&mut answer)?;
        assert_eq!(answer, ANSWER);
    }
    Ok(())
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(connection)
}

/// Answers until all requests are answered; on how many connections they came.
fn serve(listener: &TcpListener) -> io::Result<usize> {
    let (mut accepted, mut answered) = (0, 0);
    while answered < REQUESTS {
        let (mut connection, _) = listener.accept()?;
        accepted += 1;
        for line in BufReader::new(connection.try_clone()?).lines() {
            if line?.is_empty() {
                connection.write_all(ANSWER)?;
                answered += 1;
            }
        }
    }
    Ok(accepted)
}
