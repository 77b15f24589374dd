//! Servers to test, and clients that hold every byte in their hands.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::process::{Child, ChildStdout, Command};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tcp_http::http::{Limits, Method, Response};
use tcp_http::server::{Builder, Engine, Server, Service, StopHandle, Timeouts};

use crate::common::DEADLINE;

pub const ENGINES: [Engine; 3] = [Engine::Threads, Engine::Poll, Engine::Tokio];

/// A server in a thread of the test. It is stopped at the end, and has to end then.
pub struct Running {
    pub address: SocketAddr,
    pub stop: StopHandle,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Running {
    pub fn start(builder: Builder, engine: Engine) -> Self {
        let server = builder.engine(engine).workers(2).bind("127.0.0.1:0");
        let server: Server = server.expect("there is a free port");
        let (address, stop) = (server.local_addr(), server.stop_handle());
        let thread = thread::spawn(move || server.run());
        Running {
            address,
            stop,
            thread: Some(thread),
        }
    }

    pub fn serving(service: impl Service, engine: Engine) -> Self {
        Running::start(Server::builder(service), engine)
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// Waits for the end of a server that was stopped.
    pub fn join(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        if let Some(thread) = self.thread.take() {
            let result = thread.join().expect("the server does not panic");
            result.expect("the server can serve");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.stop(Duration::from_millis(100));
        if !thread::panicking() {
            self.finish();
        }
    }
}

/// Timeouts of a second, to be waited for.
pub fn short() -> Timeouts {
    Timeouts {
        header: Duration::from_millis(400),
        idle: Duration::from_millis(600),
        progress: Duration::from_millis(500),
    }
}

/// A connection.
pub struct Client {
    pub stream: TcpStream,
    unread: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("a timeout");
        stream.set_write_timeout(Some(DEADLINE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Client {
            stream,
            unread: Vec::new(),
        }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.stream
            .write_all(bytes.as_ref())
            .expect("the server reads");
        self
    }

    pub fn end(&mut self) -> &mut Self {
        self.stream.shutdown(Shutdown::Write).expect("it is open");
        self
    }

    /// The next response, which answers a GET.
    #[track_caller]
    pub fn response(&mut self) -> Response {
        self.response_to(Method::Get)
    }

    #[track_caller]
    pub fn response_to(&mut self, method: Method) -> Response {
        let mut is_closed = false;
        loop {
            let limits = Limits::default();
            let parsed = Response::parse(&self.unread, method, is_closed, &limits);
            let parsed = parsed.unwrap_or_else(|refusal| {
                panic!("{refusal}: {:?}", String::from_utf8_lossy(&self.unread))
            });
            if let Some((response, length)) = parsed {
                self.unread.drain(..length);
                return response;
            }
            is_closed = !self.more();
        }
    }

    /// Sends a request and takes the answer.
    #[track_caller]
    pub fn ask(&mut self, request: impl AsRef<[u8]>) -> Response {
        let request = request.as_ref();
        let method = request.split(|&byte| byte == b' ').next();
        let method = method.and_then(Method::from_bytes).unwrap_or(Method::Get);
        self.send(request).response_to(method)
    }

    #[track_caller]
    pub fn get(&mut self, path: &str, fields: &str) -> Response {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: x\r\n{fields}\r\n"))
    }

    /// All that comes until the server closes.
    #[track_caller]
    pub fn rest(&mut self) -> Vec<u8> {
        while self.more() {}
        std::mem::take(&mut self.unread)
    }

    /// The server closes and says nothing more.
    #[track_caller]
    pub fn closed(&mut self) {
        let rest = self.rest();
        assert!(rest.is_empty(), "{:?}", String::from_utf8_lossy(&rest));
    }

    /// False at the end. A reset is one, too.
    #[track_caller]
    fn more(&mut self) -> bool {
        let mut piece = [0; 16 << 10];
        match self.stream.read(&mut piece) {
            Ok(count) => {
                self.unread.extend(&piece[..count]);
                count > 0
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("the server neither answers nor closes: {error}"),
        }
    }
}

/// The tool in a process of its own.
pub struct Tool {
    pub child: Child,
    pub address: SocketAddr,
    pub stdout: BufReader<ChildStdout>,
}

impl Tool {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the tool starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let mut line = String::new();
        stdout
            .read_line(&mut line)
            .expect("the tool says where it listens");
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        Tool {
            child,
            address: address.unwrap_or_else(|| panic!("the first line is {line:?}")),
            stdout,
        }
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("it runs");
    }

    /// How many descriptors it has open; none where there is no `/proc` to say.
    pub fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.child.id());
        match cfg!(target_os = "linux") {
            true => std::fs::read_dir(folder).expect("it runs").count(),
            false => 0,
        }
    }
}

impl Drop for Tool {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Threads => "threads",
        Engine::Poll => "poll",
        Engine::Tokio => "tokio",
    }
}

/// Asks until it is so.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < deadline, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
