//! The limit is for the whole head of a request.

use std::io::{self, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::exercise::read_head;

const PLENTY: Duration = Duration::from_secs(10);
const LIMIT: Duration = Duration::from_millis(300);
/// Kernels count timeouts in ticks.
const TICK: Duration = Duration::from_millis(10);

pub fn main() {
    let (mut client, server) = connected().expect("a connection");
    let request = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    let reading = thread::spawn(move || read_head(&server, PLENTY));
    for piece in request.chunks(5) {
        client.write_all(piece).expect("the server reads");
    }
    let head = reading
        .join()
        .expect("no panic")
        .expect("the request is whole");
    assert_eq!(
        head.escape_ascii().to_string(),
        request.escape_ascii().to_string()
    );
    println!("✓ a request in pieces is read");

    let (client, server) = connected().expect("a connection");
    let start = Instant::now();
    expect_timeout(read_head(&server, LIMIT), "the client is silent");
    assert!(start.elapsed() + TICK >= LIMIT, "the client has {LIMIT:?}");
    drop(client);
    println!("✓ a silent client is given up");

    // On a busy machine a client may pause for so long that it counts as a silent one.
    let judged = (0..10).any(|_| drips_are_given_up());
    assert!(judged, "in ten attempts the client never sent steadily");
    println!("✓ a client that drips is given up after the same time");

    let (mut client, server) = connected().expect("a connection");
    client
        .write_all(b"GET / HTTP/1.1\r\n")
        .expect("the server is there");
    drop(client);
    let cut = read_head(&server, PLENTY).map_err(|error| error.kind());
    assert_eq!(
        cut,
        Err(ErrorKind::UnexpectedEof),
        "the client has ended within its request"
    );
    println!("✓ a request that ends too early is an error");
}

/// Whether the client has dripped without a pause, so that the test said something.
fn drips_are_given_up() -> bool {
    let (mut client, server) = connected().expect("a connection");
    let dripping = thread::spawn(move || {
        let mut longest_pause = Duration::ZERO;
        let mut last = Instant::now();
        // For as long as somebody listens, and at most for a second and a half.
        for _ in 0..75 {
            if client.write_all(b".").is_err() {
                break;
            }
            longest_pause = longest_pause.max(last.elapsed());
            last = Instant::now();
            thread::sleep(Duration::from_millis(20));
        }
        longest_pause
    });
    let start = Instant::now();
    let result = read_head(&server, LIMIT);
    let took = start.elapsed();
    drop(server);
    if dripping.join().expect("no panic") + 2 * TICK > LIMIT {
        return false;
    }
    expect_timeout(
        result,
        "the client sends a byte now and then, and never ends its line",
    );
    assert!(took + TICK >= LIMIT, "the client has {LIMIT:?}");
    true
}

fn expect_timeout(result: io::Result<Vec<u8>>, why: &str) {
    let kind = result.map_err(|error| error.kind());
    assert!(
        matches!(kind, Err(ErrorKind::TimedOut | ErrorKind::WouldBlock)),
        "{why}: after {LIMIT:?} the time is up, but got {kind:?}"
    );
}

fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    client.set_nodelay(true)?;
    Ok((client, listener.accept()?.0))
}
