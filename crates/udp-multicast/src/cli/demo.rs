//! What the tool shows when it is called without arguments.

use std::io::Write;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use udp_multicast::multicast::{Interface, MulticastSocket};
use udp_multicast::ntp::{Client, Offset, Responder, Server, best};
use udp_multicast::tick::{Follower, MAX_LEN, Schedule, Sender, Tick, now};

const TICKS: usize = 3;

/// How wrong the clock is that the demonstration asks.
const AHEAD: f64 = 0.25;

const NEXT: &str = "
Try next:
  udp-multicast clock listen --interface 127.0.0.1 & udp-multicast clock send --interface 127.0.0.1 --interval 1
  udp-multicast ntp query -v pool.ntp.org
  udp-multicast recv --help, udp-multicast send --help: files over a link that loses datagrams";

/// # Errors
///
/// Failures of `out`, and of the loopback interface.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    clock(out)?;
    ntp(out)?;
    writeln!(out, "{NEXT}")?;
    Ok(())
}

/// One sender, two listeners.
fn clock(out: &mut impl Write) -> anyhow::Result<()> {
    let loopback = Interface::loopback()?;
    let group = IpAddr::from([239, 255, 77, 8]);
    let one = MulticastSocket::bind(group, 0)?;
    let to = SocketAddr::new(group, one.local_addr()?.port());
    let two = MulticastSocket::bind(group, to.port())?;
    for listener in [&one, &two] {
        listener.join(group, Some(&loopback))?;
        listener.set_timeout(Some(Duration::from_secs(5)))?;
    }
    let schedule = Schedule::new(Duration::from_millis(200)).context("an interval of 0")?;
    let socket = MulticastSocket::sender(group, Some(&loopback))?;
    let mut sender = Sender::new(socket, to, schedule);

    writeln!(out, "A time signal to {to} through {}:", loopback.name())?;
    let mut followers = [(one, Follower::new()), (two, Follower::new())];
    for _ in 0..TICKS {
        let sent = sender.tick()?;
        let due = sent.due.as_secs_f64();
        writeln!(out, "  tick {} of {due:.3}, sent once", sent.number)?;
        for (number, (listener, follower)) in (1..).zip(&mut followers) {
            let late = hear(listener, follower)?;
            writeln!(out, "    listener {number} hears it {late:.6} s late")?;
        }
    }
    Ok(())
}

/// How many seconds a tick is late.
fn hear(listener: &MulticastSocket, follower: &mut Follower) -> anyhow::Result<f64> {
    let mut buffer = [0; MAX_LEN + 1];
    let (len, from) = listener.receive(&mut buffer)?;
    let tick = Tick::parse(&buffer[..len])?;
    Ok(follower.hear(from, &tick, now()).late_nanos as f64 / 1e9)
}

/// A server that is wrong, and a client that finds by how much.
fn ntp(out: &mut impl Write) -> anyhow::Result<()> {
    let ahead = Offset::from_secs_f64(AHEAD).context("no offset")?;
    let socket = UdpSocket::bind("127.0.0.1:0").context("cannot bind 127.0.0.1")?;
    let mut server = Server::new(socket, Responder::new(2), ahead);
    let address = server.local_addr()?;
    thread::spawn(move || while server.serve_one().is_ok() {});
    let client = Client {
        server: address,
        samples: 4,
        timeout: Duration::from_secs(2),
        interval: Duration::from_millis(20),
    };
    let samples = client.query()?;
    writeln!(out, "A clock at {address}, {AHEAD} s ahead:")?;
    for sample in &samples {
        writeln!(
            out,
            "  offset {} s, delay {} s",
            sample.offset, sample.delay
        )?;
    }
    let best = best(&samples).context("no sample")?;
    writeln!(
        out,
        "  to be believed: {} s, the one with the smallest delay",
        best.offset
    )?;
    Ok(())
}
