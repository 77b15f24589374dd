//! The servers that are Rust: each is this program, started again.

use std::collections::HashMap;
use std::convert::Infallible;
use std::env;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use mmap::poller::{Events, Interest, Mode, Poller, Token};
use tcp_http::server::{Engine, Files, Request, Response, Server, Service, Site};

use crate::Result;
use crate::http::{HELLO, LARGE};

/// Tells the program to be a server, and which.
pub(crate) const KIND: &str = "TCP_HTTP_BENCH_SERVER";

/// Where its files are.
pub(crate) const FOLDER: &str = "TCP_HTTP_BENCH_FOLDER";

const TEXT: &str = "text/plain; charset=utf-8";

/// What is to be answered.
pub(crate) fn body(size: usize) -> Vec<u8> {
    if size == LARGE {
        vec![b'x'; LARGE]
    } else {
        HELLO.to_vec()
    }
}

/// In the process that is to be the server, which was started with the same words as the one that
/// measures, this does not return.
pub(crate) fn serve_if_asked(size: usize) -> Result<()> {
    if let Ok(kind) = env::var(KIND) {
        serve(&kind, size)?;
    }
    Ok(())
}

/// Serves until it is killed.
fn serve(kind: &str, size: usize) -> Result<Infallible> {
    match kind {
        "poll" => ours(Engine::Poll, size)?,
        "threads" => ours(Engine::Threads, size)?,
        "tokio" => ours(Engine::Tokio, size)?,
        "hyper" => hyper(size)?,
        "tiny_http" => tiny_http(size)?,
        "floor" => floor(size)?,
        _ => {}
    }
    Err(format!("{kind} is over").into())
}

/// The small answer from memory, as everybody's; the large one from a file.
fn ours(engine: Engine, size: usize) -> Result<()> {
    if size == LARGE {
        let folder = env::var_os(FOLDER).ok_or("no folder")?;
        let file = std::path::Path::new(&folder).join(format!("{size}.txt"));
        fs::write(file, body(size))?;
        run(engine, Site::new(Files::open(folder)?))
    } else {
        run(engine, |_: &Request<'_>| {
            Response::new(tcp_http::http::Status::OK).with_static_body(TEXT, HELLO)
        })
    }
}

fn run(engine: Engine, service: impl Service) -> Result<()> {
    let server = Server::builder(service)
        .engine(engine)
        .bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", server.local_addr().port());
    Ok(server.run()?)
}

fn listen() -> Result<TcpListener> {
    let listener = tcp_http::server::listen((Ipv4Addr::LOCALHOST, 0))?;
    println!("{}", listener.local_addr()?.port());
    Ok(listener)
}

/// On one thread, as ours.
fn hyper(size: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listener = listen()?;
    listener.set_nonblocking(true)?;
    let body = Bytes::from(body(size));
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime, async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            tokio::task::spawn_local(hyper_connection(stream, body.clone()));
        }
    })
}

async fn hyper_connection(stream: tokio::net::TcpStream, body: Bytes) {
    let answer = service_fn(move |_: hyper::Request<hyper::body::Incoming>| {
        let mut response = hyper::Response::new(Full::new(body.clone()));
        let text = HeaderValue::from_static(TEXT);
        response.headers_mut().insert(CONTENT_TYPE, text);
        async move { Ok::<_, Infallible>(response) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).pipeline_flush(true);
    // A client that goes away in between is no failure of the benchmark.
    let _ = server.serve_connection(TokioIo::new(stream), answer).await;
}

fn tiny_http(size: usize) -> Result<()> {
    let server =
        Arc::new(tiny_http::Server::http("127.0.0.1:0").map_err(|error| error.to_string())?);
    println!("{}", server.server_addr().to_ip().ok_or("no port")?.port());
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (server, body) = (Arc::clone(&server), body(size));
            thread::spawn(move || {
                for request in server.incoming_requests() {
                    // Beyond 32 KiB it would send chunks, which nobody else does.
                    let response = tiny_http::Response::from_data(body.clone());
                    let _ = request.respond(response.with_chunked_threshold(usize::MAX));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().map_err(|_| "a worker panicked")?;
    }
    Ok(())
}

/// Counts empty lines and answers each with the same bytes: what is left when nothing is understood.
fn floor(size: usize) -> Result<()> {
    const LISTENER: Token = Token(0);
    let listener = listen()?;
    listener.set_nonblocking(true)?;
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {TEXT}\r\nContent-Length: {size}\r\n\r\n")
            .into_bytes();
    answer.extend(body(size));
    let many = answer.repeat(if size == LARGE { 1 } else { 64 });
    let poller = Poller::new()?;
    poller.add(&listener, LISTENER, Interest::READABLE, Mode::Level)?;
    let mut events = Events::with_capacity(512);
    let mut peers: HashMap<usize, Unparsed> = HashMap::new();
    let mut next = 1;
    let mut buffer = vec![0; 64 << 10];
    loop {
        poller.wait(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                while let Ok((stream, _)) = listener.accept() {
                    stream.set_nonblocking(true)?;
                    stream.set_nodelay(true)?;
                    poller.add(&stream, Token(next), Interest::READABLE, Mode::Level)?;
                    peers.insert(next, Unparsed { stream, unsent: 0 });
                    next += 1;
                }
            } else if let Some(peer) = peers.get_mut(&event.token().0)
                && !peer.turn(&poller, event.token(), &mut buffer, &many, answer.len())?
            {
                peers.remove(&event.token().0);
            }
        }
    }
}

struct Unparsed {
    stream: TcpStream,
    /// How many bytes are to be sent.
    unsent: usize,
}

impl Unparsed {
    /// False at the end.
    fn turn(
        &mut self,
        poller: &Poller,
        token: Token,
        buffer: &mut [u8],
        many: &[u8],
        one: usize,
    ) -> Result<bool> {
        let was_waiting = self.unsent > 0;
        if !was_waiting {
            let count = match self.stream.read(buffer) {
                Ok(0) | Err(_) => return Ok(false),
                Ok(count) => count,
            };
            self.unsent = one * memchr::memmem::find_iter(&buffer[..count], b"\r\n\r\n").count();
        }
        while self.unsent > 0 {
            // What is behind the last answer that has begun looks the same as what is before it.
            let start = (one - self.unsent % one) % one;
            let piece = &many[start..many.len().min(start + self.unsent)];
            match self.stream.write(piece) {
                Ok(sent) => self.unsent -= sent,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return Ok(false),
            }
        }
        let waits = self.unsent > 0;
        if waits != was_waiting {
            let interest = if waits {
                Interest::WRITABLE
            } else {
                Interest::READABLE
            };
            poller.modify(&self.stream, token, interest, Mode::Level)?;
        }
        Ok(true)
    }
}
