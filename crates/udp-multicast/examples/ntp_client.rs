//! Four timestamps tell a clock's offset, wrong by half of what one way took longer than the other.
//!
//! The client's times T1 and T4 and the server's T2 and T3 are of two clocks. That the two ways took
//! equally long is the one thing that NTP has to assume: if they did not, half the difference ends up
//! in the offset, and nothing shows it. But it is never more than half the delay, so one asks several
//! times and believes the quickest answer.
//!
//! First with clocks of our own making, then over a socket.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use udp_multicast::ntp::{Client, Offset, Request, Responder, Sample, Server, Timestamp, best};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let fair = ask_over(10, 10);
    println!("10 ms there, 10 ms back: offset {} s", fair.offset);
    assert_eq!(fair.offset.to_string(), "2.500000");

    let unfair = ask_over(90, 10);
    println!(
        "90 ms there, 10 ms back: offset {} s, delay {} s",
        unfair.offset, unfair.delay
    );
    assert_eq!(unfair.offset.to_string(), "2.540000");

    let socket = UdpSocket::bind("127.0.0.1:0")?;
    let ahead = Offset::from_secs_f64(2.5).expect("it is a number");
    let mut server = Server::new(socket, Responder::new(2), ahead);
    let address = server.local_addr()?;
    thread::spawn(move || while server.serve_one().is_ok() {});

    let samples = Client {
        server: address,
        samples: 8,
        timeout: Duration::from_secs(5),
        interval: Duration::from_millis(5),
    }
    .query()?;
    let best = best(&samples).expect("there are eight");
    let wrong = best.offset.as_secs_f64() - 2.5;
    println!(
        "over a socket: offset {} s, delay {} s",
        best.offset, best.delay
    );
    // Half the delay, and the grain of the clocks.
    assert!(wrong.abs() <= best.delay.as_secs_f64() / 2.0 + 1e-5);
    Ok(())
}

/// A server that is 2.5 s ahead, over two ways of so many milliseconds.
fn ask_over(there: u64, back: u64) -> Sample {
    let ours = |millis| Timestamp::from_unix_millis(1_700_000_000_000 + millis);
    let server = |millis| ours(millis + 2500);
    let request = Request::new(ours(0), Timestamp::from_bits(0x5eed));
    let answer = Responder::new(2).answer(
        &request.packet(),
        [192, 0, 2, 1].into(),
        server(there),
        || server(there + 1),
    );
    let answer = answer.expect("it was a question");
    request
        .check(&answer, ours(there + 1 + back))
        .expect("there is nothing wrong with it")
}
