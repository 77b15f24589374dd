//! What the tool shows when it is called without arguments.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use tcp_http::client::{Client, Options, Request, Url};
use tcp_http::load::{self, Plan, chart};
use tcp_http::rpc::{Caller, Transport, serve};

/// How long the server of the demonstration stands still.
const STALL: Duration = Duration::from_millis(250);

/// How long each load lasts.
const LOAD: Duration = Duration::from_millis(800);

/// Requests a second in the open loop.
const RATE: f64 = 1000.0;

/// # Errors
///
/// Failures of loopback and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    one_connection(out)?;
    coordinated_omission(out)?;
    remote_procedure(out)?;
    writeln!(
        out,
        "Try next:\n  \
         cargo run -p tcp-http -- serve --root . --addr 127.0.0.1:8000\n  \
         cargo run -p tcp-http -- get -v http://127.0.0.1:8000/Cargo.toml\n  \
         cargo run -p tcp-http -- load -c 50 -d 3 --rate 2000 http://127.0.0.1:8000/Cargo.toml"
    )?;
    Ok(())
}

/// A redirect, chunks, and what all of it takes.
fn one_connection(out: &mut impl Write) -> anyhow::Result<()> {
    let server = Server::start()?;
    let client = Client::with(Options {
        redirects: Some(10),
        ..Options::default()
    });
    writeln!(out, "One client, three requests, a redirect:")?;
    for path in ["/", "/old", "/"] {
        let answer = client.send(&Request::get(server.url(path)?))?;
        let (status, from) = (answer.status, answer.url.target());
        let body = answer.body.bytes()?;
        let text = String::from_utf8_lossy(&body);
        writeln!(
            out,
            "  GET {path:<5} {status} from {from}: {}",
            text.trim_end()
        )?;
    }
    let connections = server.connections.load(Ordering::SeqCst);
    writeln!(out, "Connections made: {connections}.\n")?;
    Ok(())
}

/// The same stall, seen by a closed and by an open loop.
fn coordinated_omission(out: &mut impl Write) -> anyhow::Result<()> {
    writeln!(out, "A server that stands still once, for {STALL:?}:")?;
    for rate in [None, Some(RATE)] {
        let server = Server::start()?;
        let plan = Plan {
            connections: 4,
            duration: LOAD,
            rate,
            ..Plan::new(Request::get(server.url("/")?))
        };
        let stall = server.stall_later();
        let report = load::run(&plan, |_| {});
        stall.join().expect("a pause does not panic");
        let report = report?;
        let (answers, latency) = (report.answers(), &report.latency);
        let way = match rate {
            None => "closed loop, each connection waits for its answer".to_owned(),
            Some(rate) => format!("open loop, {rate} requests due each second"),
        };
        let [median, p99] = [50.0, 99.0].map(|percent| latency.percentile(percent));
        let [median, p99, max] = [median, p99, latency.max()].map(chart::in_words);
        writeln!(out, "  {way}:")?;
        writeln!(
            out,
            "    {answers} answers, median {median}, 99 % {p99}, max {max}"
        )?;
    }
    writeln!(
        out,
        "Who waits for the server asks nothing meanwhile, and so measures nothing.\n"
    )?;
    Ok(())
}

fn remote_procedure(out: &mut impl Write) -> anyhow::Result<()> {
    let (listener, address) = listen()?;
    let registry = Arc::new(super::rpc::demonstration());
    thread::spawn(move || serve(&listener, registry, Transport::Line));
    let mut caller = Caller::line(address).context("cannot connect to loopback")?;
    writeln!(out, "JSON-RPC, a text a line:")?;
    let request = r#"{"jsonrpc":"2.0","method":"add","params":{"a":1,"b":2},"id":1}"#;
    let answer = caller.exchange(request, true)?.unwrap_or_default();
    writeln!(
        out,
        "  > {request}\n  < {}",
        String::from_utf8_lossy(&answer)
    )?;
    if let Err(error) = caller.call("add", Some(&json!([1]))) {
        writeln!(out, "  add [1]: {error}\n")?;
    }
    Ok(())
}

fn listen() -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen")?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// As little of a server as the demonstration needs.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    /// Held by whoever wants it to stand still.
    gate: Arc<RwLock<()>>,
}

impl Server {
    fn start() -> anyhow::Result<Self> {
        let (listener, address) = listen()?;
        let connections = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(RwLock::new(()));
        let (count, shared) = (Arc::clone(&connections), Arc::clone(&gate));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let gate = Arc::clone(&shared);
                // The client is gone; there is nobody to tell.
                thread::spawn(move || answer(&stream, &gate).ok());
            }
        });
        Ok(Server {
            address,
            connections,
            gate,
        })
    }

    fn url(&self, path: &str) -> anyhow::Result<Url> {
        Ok(format!("http://{}{path}", self.address).parse()?)
    }

    /// Stands still when the load has run for a third of its time.
    fn stall_later(&self) -> thread::JoinHandle<()> {
        let gate = Arc::clone(&self.gate);
        thread::spawn(move || {
            thread::sleep(LOAD / 3);
            let _closed = gate.write();
            thread::sleep(STALL);
        })
    }
}

const MOVED: &[u8] = b"HTTP/1.1 301 Moved\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n";
const CHUNKS: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
    6\r\nhello \r\n6\r\nworld\n\r\n0\r\n\r\n";

fn answer(mut stream: &TcpStream, gate: &RwLock<()>) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next() {
        let request = request?;
        while lines
            .next()
            .transpose()?
            .is_some_and(|line| !line.is_empty())
        {}
        drop(gate.read());
        let is_old = request.starts_with("GET /old ");
        stream.write_all(if is_old { MOVED } else { CHUNKS })?;
    }
    Ok(())
}
