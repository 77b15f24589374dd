//! Round trips, connections and the bridge beside Go, socat and the bare calls.
//!
//! All in one process, or in two where the peer is a program; what is "ours" is the server, the
//! connection types and the bridge. The system calls are the same for all, and most of the time.

mod bridge;
mod go;
mod plain;

use std::io::{self, Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use uds::address::Address;
use uds::endpoint::{Acceptor, Connection, Endpoint};
use uds::server::{Connections, echo, serve};

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "64 bytes there and back over a socket file",
        unit: "µs",
        peers: &[
            #[cfg(target_os = "linux")]
            peer("ours, both ends on one core", |q| {
                on_one_core(|| round_trips(Kind::Unix, q))
            }),
            peer("ours", |q| round_trips(Kind::Unix, q)),
            peer("std", plain::unix),
            go("Go", |q| go::measure("echo", "unix", rounds(q))),
            #[cfg(target_os = "linux")]
            peer("bare pair on one core", |q| on_one_core(|| bare_pair(q))),
        ],
    },
    Workload {
        name: "64 bytes there and back over TCP",
        unit: "µs",
        peers: &[
            #[cfg(target_os = "linux")]
            peer("ours, both ends on one core", |q| {
                on_one_core(|| round_trips(Kind::Tcp, q))
            }),
            peer("ours", |q| round_trips(Kind::Tcp, q)),
            peer("std", plain::tcp),
            go("Go", |q| go::measure("echo", "tcp", rounds(q))),
        ],
    },
    Workload {
        name: "connect, HTTP request and answer, close, over a socket file",
        unit: "µs",
        peers: &[
            peer("ours", |q| exchanges(Kind::Unix, q, served)),
            go("Go net/http", |q| {
                go::measure("http", "unix", rounds(q) / 5)
            }),
            peer("one thread, fixed bytes", |q| {
                exchanges(Kind::Unix, q, bare_server)
            }),
        ],
    },
    Workload {
        name: "connect, HTTP request and answer, close, over TCP",
        unit: "µs",
        peers: &[
            peer("ours", |q| exchanges(Kind::Tcp, q, served)),
            go("Go net/http", |q| go::measure("http", "tcp", rounds(q) / 5)),
            go("Go net/http, by the name localhost", |q| {
                go::measure("http-by-name", "tcp", rounds(q) / 5)
            }),
            peer("one thread, fixed bytes", |q| {
                exchanges(Kind::Tcp, q, bare_server)
            }),
        ],
    },
    Workload {
        name: "1 GiB through a bridge from TCP to a socket file",
        unit: "ms",
        peers: &[
            peer("ours", bridge::ours),
            Peer {
                name: "socat",
                needs: Some("socat"),
                measure: bridge::socat,
            },
            peer("no bridge", bridge::none),
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

const fn go(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: Some("go"),
        measure,
    }
}

const MESSAGE: [u8; 64] = [b'x'; 64];

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\nHello World";

fn rounds(quick: bool) -> usize {
    if quick { 2000 } else { 100_000 }
}

#[derive(Clone, Copy)]
enum Kind {
    Unix,
    Tcp,
}

/// The folder is removed when it is dropped.
fn listen(kind: Kind) -> Result<(Acceptor, TempDir)> {
    let folder = tempfile::tempdir()?;
    let endpoint = match kind {
        Kind::Unix => Endpoint::Unix(Address::path(folder.path().join("s"))?),
        Kind::Tcp => Endpoint::Tcp("127.0.0.1:0".to_owned()),
    };
    Ok((endpoint.listen(None)?, folder))
}

/// The microseconds of one of `rounds`, after some that do not count.
fn time(rounds: usize, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    for _ in 0..rounds / 10 {
        work()?;
    }
    let start = Instant::now();
    for _ in 0..rounds {
        work()?;
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / rounds as f64)
}

fn round_trip(mut connection: impl Read + Write) -> Result<()> {
    let mut answer = [0; MESSAGE.len()];
    connection.write_all(&MESSAGE)?;
    connection.read_exact(&mut answer)?;
    if answer == MESSAGE {
        Ok(())
    } else {
        Err("not what was sent".into())
    }
}

/// Our echo server and a client.
fn round_trips(kind: Kind, quick: bool) -> Result<f64> {
    let (acceptor, _folder) = listen(kind)?;
    let endpoint = acceptor.endpoint()?;
    let handle = |connection: &Arc<Connection>, _: &Connections| drop(echo(connection));
    while_serving(acceptor, handle, || {
        let connection = endpoint.connect()?;
        time(rounds(quick), || round_trip(&connection))
    })
}

fn while_serving<H>(
    acceptor: Acceptor,
    handle: H,
    work: impl FnOnce() -> Result<f64>,
) -> Result<f64>
where
    H: Fn(&Arc<Connection>, &Connections) + Sync + Send,
{
    let (stop, running) = io::pipe()?;
    thread::scope(|scope| {
        let server = scope.spawn(move || serve(acceptor, stop, Duration::ZERO, handle, drop));
        let outcome = work();
        drop(running);
        server.join().map_err(|_| "the server panicked")??;
        outcome
    })
}

/// What the calls alone take: two connected sockets, two threads, buffers of the message's size.
#[cfg(target_os = "linux")]
fn bare_pair(quick: bool) -> Result<f64> {
    let (client, mut server) = std::os::unix::net::UnixStream::pair()?;
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut message = MESSAGE;
            while server.read_exact(&mut message).is_ok() && server.write_all(&message).is_ok() {}
        });
        let outcome = time(rounds(quick), || round_trip(&client));
        drop(client);
        outcome
    })
}

/// This thread, and those that it starts, on one core: no other core has to be woken.
#[cfg(target_os = "linux")]
fn on_one_core(work: impl FnOnce() -> Result<f64>) -> Result<f64> {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    let this_thread = Pid::from_raw(0);
    let allowed = sched_getaffinity(this_thread)?;
    let first = (0..CpuSet::count()).find(|cpu| allowed.is_set(*cpu) == Ok(true));
    let mut one = CpuSet::new();
    one.set(first.ok_or("no core is allowed")?)?;
    sched_setaffinity(this_thread, &one)?;
    work()
}

/// A connection for each request; `server` answers them while the clients run.
fn exchanges(
    kind: Kind,
    quick: bool,
    server: fn(Acceptor, &dyn Fn() -> Result<f64>) -> Result<f64>,
) -> Result<f64> {
    let (acceptor, _folder) = listen(kind)?;
    let endpoint = acceptor.endpoint()?;
    server(acceptor, &|| {
        time(rounds(quick) / 5, || exchange(&endpoint))
    })
}

fn exchange(endpoint: &Endpoint) -> Result<()> {
    let connection = endpoint.connect()?;
    (&connection).write_all(REQUEST)?;
    let mut answer = Vec::with_capacity(512);
    (&connection).read_to_end(&mut answer)?;
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(&answer)? else {
        return Err("half an answer".into());
    };
    match (response.code, &answer[head..]) {
        (Some(200), b"Hello World") => Ok(()),
        _ => Err("not the answer".into()),
    }
}

/// A thread for each connection, and the request is parsed.
fn served(acceptor: Acceptor, work: &dyn Fn() -> Result<f64>) -> Result<f64> {
    let handle = |connection: &Arc<Connection>, _: &Connections| drop(answer_http(connection));
    while_serving(acceptor, handle, work)
}

fn answer_http(mut connection: &Connection) -> Result<()> {
    let mut request = Vec::with_capacity(1024);
    loop {
        let mut part = [0; 1024];
        let n = connection.read(&mut part)?;
        request.extend_from_slice(&part[..n]);
        let mut headers = [httparse::EMPTY_HEADER; 16];
        match httparse::Request::new(&mut headers).parse(&request)? {
            httparse::Status::Complete(_) => return Ok(connection.write_all(ANSWER)?),
            httparse::Status::Partial if n == 0 => return Err("half a request".into()),
            httparse::Status::Partial => {}
        }
    }
}

/// The floor: one thread, which accepts, reads once and writes.
fn bare_server(acceptor: Acceptor, work: &dyn Fn() -> Result<f64>) -> Result<f64> {
    let endpoint = acceptor.endpoint()?;
    thread::scope(|scope| {
        let server = scope.spawn(move || -> io::Result<()> {
            loop {
                let connection = acceptor.accept()?;
                if (&connection).read(&mut [0; 1024])? == 0 {
                    return Ok(());
                }
                (&connection).write_all(ANSWER)?;
            }
        });
        let outcome = work();
        // A connection without a request ends it.
        drop(endpoint.connect()?);
        server.join().map_err(|_| "the server panicked")??;
        outcome
    })
}
