//! HTTP servers: one protocol, three ways to wait.
//!
//! A server that talks to one client at a time is an exercise; the question is what it does while a
//! client is silent. There are three answers, and each is an [`Engine`]:
//!
//! - [`Threads`](Engine::Threads): a thread for each connection waits in `read`. The code is the story
//!   told in order. A connection costs a thread: its stack, and a switch for each answer.
//! - [`Poll`](Engine::Poll): one thread waits for all connections at once, and what is told in order
//!   elsewhere becomes a state machine. Nothing is spent on who is silent. Nothing in it may block.
//! - [`Tokio`](Engine::Tokio): tasks look like threads and are state machines; the compiler has made
//!   them. This is what a Rust programmer would deploy.
//!
//! What a connection does, and when it has taken too long, is the same for all three and is written
//! once: it knows no socket but the number that it is lent. What is answered is a
//! [`Service`]'s business; [`Site`] is the one that serves files.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use tcp_http::server::{Engine, Request, Response, Server};
//!
//! let hello = |request: &Request<'_>| {
//!     Response::text(format!("hello, {}\n", String::from_utf8_lossy(request.path())))
//! };
//! let server = Server::builder(hello).engine(Engine::Poll).bind("127.0.0.1:0")?;
//! let (address, stop) = (server.local_addr(), server.stop_handle());
//! let running = std::thread::spawn(move || server.run());
//!
//! let mut client = TcpStream::connect(address)?;
//! client.write_all(b"GET /you HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("hello, /you\n"));
//!
//! stop.stop(std::time::Duration::from_secs(5));
//! running.join().expect("the server does not panic")?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # Who is too slow
//!
//! A connection costs something, and a peer that opens a thousand and says nothing ("slow loris") gets
//! them for nothing. So each has a deadline, in each of its phases: see [`Timeouts`].
//!
//! # When there are too many
//!
//! Beyond [`max_connections`](Builder::max_connections) nobody is accepted until somebody has gone. The
//! others wait in the kernel's queue, where they cost next to nothing, and most are served after a while;
//! an answer of 503 would cost a connection each, and bring most of them back at once. The same
//! holds when the process has no descriptors left (`EMFILE`): the listening socket stays ready then, and
//! a loop that asks again at once would spin.

mod service;

mod response;

mod connection;
mod exchange;
mod output;
mod transport;

mod accept;
mod deadlines;
mod listener;
mod log;
mod stop;

mod poll;
mod tasks;
mod threads;

mod files;
mod site;

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::http::Limits;
use stop::Stop;

pub use files::{Files, FilesError};
pub use listener::{HandedOver, handed_over, listen};
pub use log::{AccessLog, LogFormat};
pub use response::Response;
pub use service::{Request, Service};
pub use site::Site;
pub use stop::StopHandle;

/// How a server waits. See the [module](self).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// A thread for each connection.
    Threads,
    /// An event loop of our own.
    Poll,
    /// Tasks of tokio.
    Tokio,
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a head to be whole, from its first byte; after that 408. More bytes gain no more time: to
    /// send one now and then is the trick of the slow loris. The first head of a connection has to
    /// begin within this time, too.
    pub header: Duration,
    /// Between an answer and the next request.
    pub idle: Duration,
    /// Within such a time at least 1 KiB has to be received of a body, or taken of an answer.
    pub progress: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            header: Duration::from_secs(20),
            idle: Duration::from_secs(75),
            progress: Duration::from_secs(20),
        }
    }
}

/// A server that listens, and does not answer yet.
pub struct Server {
    listeners: Vec<TcpListener>,
    address: SocketAddr,
    engine: Engine,
    workers: usize,
    context: Arc<Context>,
}

/// What is to be known before a server can be made.
pub struct Builder {
    service: Box<dyn Service>,
    engine: Engine,
    workers: usize,
    limits: Limits,
    body_in_memory: u64,
    timeouts: Timeouts,
    max_connections: usize,
    log: Option<Arc<AccessLog>>,
}

/// What all threads of a server have in common.
struct Context {
    service: Box<dyn Service>,
    limits: Limits,
    /// The same for bodies that the service wants to see whole.
    collect_limits: Limits,
    timeouts: Timeouts,
    max_connections: usize,
    log: Option<Arc<AccessLog>>,
    stop: Arc<Stop>,
}

impl Server {
    /// A server for `service`: with one worker of [`Engine::Poll`], the default limits and timeouts,
    /// and no log, if nothing else is said.
    pub fn builder(service: impl Service) -> Builder {
        Builder {
            service: Box::new(service),
            engine: Engine::Poll,
            workers: 1,
            limits: Limits::default(),
            body_in_memory: 1 << 20,
            timeouts: Timeouts::default(),
            max_connections: 100_000,
            log: None,
        }
    }

    /// Where it listens; of several places the first.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What ends it, from any thread.
    pub fn stop_handle(&self) -> StopHandle {
        StopHandle::new(Arc::clone(&self.context.stop))
    }

    /// Serves, until it is stopped. Connections that the deadline of the stop cuts are closed then.
    ///
    /// Fails when the system denies what serving needs: a poller, the first thread.
    pub fn run(self) -> io::Result<()> {
        match self.engine {
            Engine::Threads => threads::run(self.listeners, self.context),
            Engine::Poll => poll::run(self.listeners, self.context, self.workers),
            Engine::Tokio => tasks::run(self.listeners, self.context, self.workers),
        }
    }
}

impl Builder {
    /// How it waits.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// How many threads share the connections: 0 for as many as there are processors. Not for
    /// [`Engine::Threads`], which has one for each.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = match workers {
            0 => thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        };
        self
    }

    /// How much is taken of a peer.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The longest body that is collected for [`Service::answer`]: 1 MiB. A longer one is 413.
    pub fn body_in_memory(mut self, bytes: u64) -> Self {
        self.body_in_memory = bytes;
        self
    }

    /// How long is waited.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How many connections there are at most: 100 000; at least one.
    pub fn max_connections(mut self, most: usize) -> Self {
        self.max_connections = most.max(1);
        self
    }

    /// Where requests are noted.
    pub fn access_log(mut self, log: Arc<AccessLog>) -> Self {
        self.log = Some(log);
        self
    }

    /// Listens at `address`; port 0 is any that is free.
    pub fn bind(self, address: impl ToSocketAddrs) -> io::Result<Server> {
        let listener = listen(address)?;
        self.listen_on(vec![listener])
    }

    /// Takes sockets that listen already: [handed over](handed_over), say. Fails with
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) if there are none.
    pub fn listen_on(self, listeners: Vec<TcpListener>) -> io::Result<Server> {
        let first = listeners.first().ok_or(io::ErrorKind::InvalidInput)?;
        let address = first.local_addr()?;
        let collect_limits = Limits {
            body: self.body_in_memory.min(self.limits.body),
            ..self.limits.clone()
        };
        let context = Context {
            service: self.service,
            limits: self.limits,
            collect_limits,
            timeouts: self.timeouts,
            max_connections: self.max_connections,
            log: self.log,
            stop: Arc::new(Stop::default()),
        };
        Ok(Server {
            listeners,
            address,
            engine: self.engine,
            workers: self.workers,
            context: Arc::new(context),
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}
