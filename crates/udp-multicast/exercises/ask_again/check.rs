//! A question is asked until its own answer comes, and so often and no more.

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use super::exercise::ask;

/// Kernels count timeouts in ticks.
const TICK: Duration = Duration::from_millis(10);

pub fn main() {
    let server = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let client = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = server.local_addr().expect("an address");
    client.connect(address).expect("an address");
    let limit = Some(Duration::from_secs(10));
    server.set_read_timeout(limit).expect("a timeout");

    let serving = thread::spawn(move || {
        let mut buffer = [0; 100];
        let mut asked = 0;
        loop {
            asked += 1;
            let (length, client) = server.recv_from(&mut buffer).expect("a question");
            assert_eq!(
                &buffer[..length],
                b"\x00\x07how late is it?",
                "the question"
            );
            // As if the first two had been lost.
            if asked == 3 {
                for answer in [&b"\x00\x06too late"[..], b"", b"\x00\x07noon"] {
                    server.send_to(answer, client).expect("the client is there");
                }
                return server;
            }
        }
    });
    let wait = Duration::from_millis(300);
    let answer = ask(&client, b"\x00\x07how late is it?", 20, wait);
    let answer = answer.expect("two questions are lost, the third is answered");
    let server = serving.join().expect("no panic");
    println!("✓ the third question is answered");
    assert_eq!(
        answer.escape_ascii().to_string(),
        r"\x00\x07noon",
        "the answer to question 7; others are passed over"
    );
    println!("✓ a late answer to another question is passed over");

    // Questions may have been sent again while the answer was on its way.
    count_questions(&server);
    let start = Instant::now();
    let wait = Duration::from_millis(50);
    let error = ask(&client, b"\x00\x08anybody?", 5, wait).map_err(|error| error.kind());
    let took = start.elapsed();
    assert_eq!(error, Err(ErrorKind::TimedOut), "nobody has answered");
    assert_eq!(count_questions(&server), 5, "5 tries are 5 questions");
    assert!(
        took + 5 * TICK >= 5 * wait,
        "5 waits of {wait:?}, but it took {took:?}"
    );
    println!("✓ it gives up after 5 tries and {took:.0?}");
}

/// How many datagrams wait at the server. Loopback delivers before `send` returns.
fn count_questions(server: &UdpSocket) -> usize {
    server.set_nonblocking(true).expect("a socket");
    let received = || server.recv(&mut [0; 100]).ok();
    std::iter::from_fn(received).count()
}
