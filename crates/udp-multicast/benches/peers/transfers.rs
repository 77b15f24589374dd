//! The reliable transfer beside what the link could carry, and beside TCP.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use udp_multicast::link::{Conditions, Flow, Link, Random, run};
use udp_multicast::transfer::congestion::{Aimd, Congestion, Cubic};
use udp_multicast::transfer::in_memory::{Download, Upload};
use udp_multicast::transfer::over_udp::{ReceiveOptions, Reception, SendOptions, send};
use udp_multicast::transfer::receiver::ReceiveConfig;
use udp_multicast::transfer::sender::SendConfig;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "10 MB over a simulated link of 10 MB/s, 20 ms, nothing lost",
        unit: "ms",
        peers: &[
            peer("CUBIC", |quick| simulated(cubic, 0.0, quick)),
            peer("AIMD", |quick| simulated(aimd, 0.0, quick)),
            peer("the link's capacity", capacity),
        ],
    },
    Workload {
        name: "the same, 1 % lost",
        unit: "ms",
        peers: &[
            peer("CUBIC", |quick| simulated(cubic, 0.01, quick)),
            peer("AIMD", |quick| simulated(aimd, 0.01, quick)),
            peer("the link's capacity", capacity),
        ],
    },
    Workload {
        name: "the same, 5 % lost",
        unit: "ms",
        peers: &[
            peer("CUBIC", |quick| simulated(cubic, 0.05, quick)),
            peer("AIMD", |quick| simulated(aimd, 0.05, quick)),
            peer("the link's capacity", capacity),
        ],
    },
    Workload {
        name: "a file of 100 MB to a file over the loopback",
        unit: "ms",
        peers: &[
            peer("ours", ours),
            peer("TCP, std::net", tcp),
            peer("UDP that forgets, nothing checked", datagrams),
        ],
    },
];

const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

/// Bytes a second of the simulated link.
const LINE: u64 = 10_000_000;

fn line(loss: f64) -> Conditions {
    Conditions {
        loss,
        bandwidth: Some(LINE),
        // What is on the way, once more: the rule of thumb for a router's buffer.
        queue: 400_000,
        delay: Duration::from_millis(20),
        mtu: 1500,
        ..Conditions::default()
    }
}

fn aimd(segment: usize) -> Box<dyn Congestion> {
    Box::new(Aimd::new(segment))
}

fn cubic(segment: usize) -> Box<dyn Congestion> {
    Box::new(Cubic::new(segment))
}

fn size(all: usize, quick: bool) -> usize {
    if quick { all / 10 } else { all }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Virtual time: the same on every machine.
fn simulated(rule: fn(usize) -> Box<dyn Congestion>, loss: f64, quick: bool) -> Result<f64> {
    let bytes = random_bytes(size(10_000_000, quick));
    let config = SendConfig {
        congestion: rule,
        ..SendConfig::default()
    };
    let mut near = Upload::new(config, bytes.clone(), 1);
    let mut far = Download::new(ReceiveConfig::default(), 2);
    let mut link = Link::new(3, line(loss));
    let flow = Flow::new(&mut near, &mut far);
    let took = run(&mut link, &mut [flow], Duration::from_secs(3600));
    same(far.bytes(), &bytes)?;
    Ok(milliseconds(took))
}

/// One way, and each byte once, without any head.
fn capacity(quick: bool) -> Result<f64> {
    let line = line(0.0);
    let way = line.delay + line.serialisation(size(10_000_000, quick));
    Ok(milliseconds(way))
}

fn random_bytes(count: usize) -> Vec<u8> {
    let mut random = Random::new(count as u64);
    (0..count).map(|_| random.number() as u8).collect()
}

fn same(left: &[u8], right: &[u8]) -> Result<()> {
    if left == right {
        Ok(())
    } else {
        Err("what arrived is not what was sent".into())
    }
}

/// Moves a file and compares; `transfer` gets the two paths, and says how long it took.
fn moved(quick: bool, transfer: fn(&Path, &Path) -> Result<Duration>) -> Result<f64> {
    let directory = tempfile::tempdir()?;
    let (from, to) = (directory.path().join("from"), directory.path().join("to"));
    let bytes = random_bytes(size(100_000_000, quick));
    fs::write(&from, &bytes)?;
    let took = transfer(&from, &to)?;
    same(&fs::read(&to)?, &bytes)?;
    Ok(milliseconds(took))
}

fn ours(quick: bool) -> Result<f64> {
    moved(quick, |from, to| {
        let reception = Reception::bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let address = reception.address();
        let to = to.to_owned();
        let start = Instant::now();
        let receiver = thread::spawn(move || {
            reception.receive(&to, ReceiveOptions::default(), &mut |_, _| {})
        });
        send(from, address, SendOptions::default(), &mut |_, _| {})?;
        receiver.join().expect("no panic")?;
        Ok(start.elapsed())
    })
}

fn tcp(quick: bool) -> Result<f64> {
    moved(quick, |from, to| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let to = to.to_owned();
        let start = Instant::now();
        let receiver = thread::spawn(move || store(&listener, &to));
        let mut stream = TcpStream::connect(address)?;
        copy(fs::File::open(from)?, &mut stream)?;
        drop(stream);
        receiver.join().expect("no panic")?;
        Ok(start.elapsed())
    })
}

/// On the disk when it returns, as ours is.
fn store(listener: &TcpListener, to: &Path) -> io::Result<()> {
    let (stream, _) = listener.accept()?;
    let mut file = fs::File::create(to)?;
    copy(stream, &mut file)?;
    file.sync_all()
}

/// With room for more than the 8 KiB that `io::copy` takes at a time between a file and a socket.
fn copy(mut from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            count => to.write_all(&buffer[..count])?,
        }
    }
}

/// The floor: as many bytes in datagrams of our size from one socket to another, which takes out what
/// arrives and forgets it. Nothing is known about the rest.
fn datagrams(quick: bool) -> Result<f64> {
    const DATAGRAM: usize = 16_336;
    let receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    receiver.set_read_timeout(Some(Duration::from_millis(200)))?;
    let address: SocketAddr = receiver.local_addr()?;
    let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    sender.connect(address)?;
    let drain = thread::spawn(move || {
        let mut buffer = vec![0; DATAGRAM];
        let mut count = 0_usize;
        while receiver.recv(&mut buffer).is_ok() {
            count += 1;
        }
        count
    });
    let start = Instant::now();
    let datagram = vec![0; DATAGRAM];
    for _ in 0..size(100_000_000, quick).div_ceil(DATAGRAM) {
        sender.send(&datagram)?;
    }
    let took = start.elapsed();
    match drain.join().expect("no panic") {
        0 => Err("nothing arrived".into()),
        _ => Ok(milliseconds(took)),
    }
}
