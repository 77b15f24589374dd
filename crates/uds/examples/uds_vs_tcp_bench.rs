//! A connection over a socket file costs less than over TCP on loopback; measure both parts apart.
//!
//! TCP does all its work on loopback as well: handshake, acknowledgements, sequence numbers, checks of
//! routes and filters, and a port that has to wait when it is closed. Two numbers matter and they are
//! not one: what a round trip on an open connection costs (latency), and what a connection for each
//! request costs. The second is where the sockets differ most, and what "ten times faster" in
//! benchmarks comes from, together with a look-up of the name "localhost". `uds bench` does it at length.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 60;

/// Sends 64 bytes and reads them back; the server is a thread.
fn round_trip(mut stream: impl Read + Write) -> io::Result<()> {
    let mut answer = [0; 64];
    stream.write_all(&[7; 64])?;
    stream.read_exact(&mut answer)?;
    assert_eq!(answer, [7; 64]);
    Ok(())
}

fn answer(mut stream: impl Read + Write) {
    let mut message = [0; 64];
    while stream.read_exact(&mut message).is_ok() && stream.write_all(&message).is_ok() {}
}

type Work<'a> = &'a dyn Fn() -> io::Result<()>;

/// The fastest sample of each, taken in turn: what the work itself costs, without what else the machine does.
fn compare(what: &str, unix: Work, tcp: Work) -> io::Result<(Duration, Duration)> {
    let (mut best_unix, mut best_tcp) = (Duration::MAX, Duration::MAX);
    for _ in 0..20 {
        best_unix = best_unix.min(time(unix)?);
        best_tcp = best_tcp.min(time(tcp)?);
    }
    let ratio = best_tcp.as_secs_f64() / best_unix.as_secs_f64();
    println!("{what}: UDS {best_unix:>9.1?}   TCP {best_tcp:>9.1?}   {ratio:.1} times");
    Ok((best_unix, best_tcp))
}

fn time(work: Work) -> io::Result<Duration> {
    let start = Instant::now();
    (0..ROUNDS).try_for_each(|_| work())?;
    Ok(start.elapsed() / ROUNDS)
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bench.sock");
    let unix = UnixListener::bind(&path)?;
    let tcp = TcpListener::bind("127.0.0.1:0")?;
    let address = tcp.local_addr()?;
    thread::spawn(move || unix.incoming().flatten().for_each(answer));
    thread::spawn(move || tcp.incoming().flatten().for_each(answer));

    let (unix, tcp) = (UnixStream::connect(&path)?, TcpStream::connect(address)?);
    tcp.set_nodelay(true)?;
    compare("round trip", &|| round_trip(&unix), &|| round_trip(&tcp))?;
    drop((unix, tcp));
    let (unix, tcp) = compare(
        "connection",
        &|| round_trip(UnixStream::connect(&path)?),
        &|| round_trip(TcpStream::connect(address)?),
    )?;
    assert!(unix < tcp, "{unix:?} against {tcp:?}");
    Ok(())
}
