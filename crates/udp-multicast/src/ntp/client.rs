//! Asking a server by a socket.

use std::fs::File;
use std::io::{self, Read};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use super::packet::Kiss;
use super::request::{Refusal, Request, Sample};
use super::timestamp::{Offset, Timestamp};

/// How often a server may tell us to slow down before we believe that it will not answer.
const MAX_KISSES: u32 = 3;

/// Asks one server.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Whom to ask.
    pub server: SocketAddr,
    /// How many answers to get.
    pub samples: u32,
    /// How long to wait for each.
    pub timeout: Duration,
    /// The time between two questions. It is doubled whenever the server says `RATE`.
    pub interval: Duration,
}

/// Why there is no offset.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The socket failed. A port where nobody listens is
    /// [`ConnectionRefused`](io::ErrorKind::ConnectionRefused).
    #[error("cannot ask {server}: {error}")]
    Io {
        /// Who was asked.
        server: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
    /// It did not answer in time.
    #[error("{server} did not answer within {} s{}", timeout.as_secs_f64(), dropped(*dropped_last))]
    Timeout {
        /// Who was asked.
        server: SocketAddr,
        /// How long we waited.
        timeout: Duration,
        /// Why the last datagram that came meanwhile was dropped.
        dropped_last: Option<Refusal>,
    },
    /// It answered, and is not to be believed.
    #[error("refused the answer of {server}: {why}")]
    Refused {
        /// Who was asked.
        server: SocketAddr,
        /// What is wrong with it.
        why: Refusal,
    },
}

/// The sample to believe: the one with the smallest delay has least room for a difference between
/// the two ways.
pub fn best(samples: &[Sample]) -> Option<&Sample> {
    samples.iter().min_by_key(|sample| sample.delay)
}

impl Client {
    /// All samples, in order. Fails at the first answer that is refused, but for up to three
    /// kisses `RATE`, on which it asks more slowly.
    pub fn query(&self) -> Result<Vec<Sample>, QueryError> {
        let mut samples = Vec::new();
        let (mut interval, mut kisses) = (self.interval, 0);
        for turn in 0.. {
            if samples.len() as u64 == u64::from(self.samples) {
                break;
            }
            if turn > 0 {
                thread::sleep(interval);
            }
            match self.ask() {
                Err(QueryError::Refused { why, .. })
                    if why == Refusal::Kiss(Kiss::Rate) && kisses < MAX_KISSES =>
                {
                    kisses += 1;
                    interval = interval.saturating_mul(2);
                }
                sample => samples.push(sample?),
            }
        }
        Ok(samples)
    }

    /// One question. Each has a socket, so a port, of its own: a forger has to guess that as well.
    fn ask(&self) -> Result<Sample, QueryError> {
        let failed = |error| QueryError::Io {
            server: self.server,
            error,
        };
        let socket = self.connect().map_err(failed)?;
        let cookie = random_timestamp().map_err(failed)?;
        let (sent, since_sent) = (Timestamp::now(), Instant::now());
        let request = Request::new(sent, cookie);
        socket.send(&request.packet()).map_err(failed)?;

        let mut dropped_last = None;
        // Room for extensions, which we do not read.
        let mut buffer = [0; 1024];
        loop {
            let rest = self.timeout.saturating_sub(since_sent.elapsed());
            let received = receive(&socket, &mut buffer, rest).map_err(failed)?;
            // By the clock that nobody sets: a step between T1 and T4 would look like a delay.
            let now = sent + Offset::from_duration(since_sent.elapsed());
            let Some(len) = received else {
                return Err(QueryError::Timeout {
                    server: self.server,
                    timeout: self.timeout,
                    dropped_last,
                });
            };
            match request.check(&buffer[..len], now) {
                Err(why @ (Refusal::NotOurs | Refusal::TooShort(_))) => dropped_last = Some(why),
                Err(why) => {
                    let server = self.server;
                    return Err(QueryError::Refused { server, why });
                }
                Ok(sample) => return Ok(sample),
            }
        }
    }

    /// A connected socket receives from nobody else, and hears that nobody listens there.
    fn connect(&self) -> io::Result<UdpSocket> {
        let any = match self.server {
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        };
        let socket = UdpSocket::bind(any)?;
        socket.connect(self.server)?;
        Ok(socket)
    }
}

/// The length of a datagram, or `None` when `timeout` is over.
fn receive(socket: &UdpSocket, buffer: &mut [u8], timeout: Duration) -> io::Result<Option<usize>> {
    // A timeout of 0 would be for ever.
    socket.set_read_timeout(Some(timeout.max(Duration::from_micros(1))))?;
    match socket.recv(buffer) {
        Ok(len) => Ok(Some(len)),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Ok(None),
            // The caller finds nothing of ours in it, and goes on with the rest of the time.
            io::ErrorKind::Interrupted => Ok(Some(0)),
            _ => Err(error),
        },
    }
}

/// std has no random numbers of its own to give.
fn random_timestamp() -> io::Result<Timestamp> {
    let mut bytes = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(Timestamp::from_bits(u64::from_ne_bytes(bytes)))
}

fn dropped(last: Option<Refusal>) -> String {
    last.map_or(String::new(), |why| {
        format!("; what came was dropped: {why}")
    })
}
