//! A thread for each connection, and an orderly end.
//!
//! A server has to be able to stop: no new connections, time for those that are at work, and then
//! the cut. The thread that accepts waits for two descriptors at once, the listening socket and one
//! that becomes readable when it is over (the read end of a pipe, say, whose write end somebody drops).
//! The threads that serve wait in `read` or `write`, each for its own connection. What ends such
//! a wait from outside is `shutdown(2)` of that connection, so the connections are listed in
//! [`Connections`], weakly: a thread that is done closes its own.
//!
//! A thread that has served waits for the next connection for a while ([`IDLE_LIMIT`]) before it
//! ends: to wake one costs less than to make one. A connection is never queued behind a busy thread. It
//! is handed over only when there are more idle threads than connections handed over and not yet
//! taken; else it gets a new thread.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, Scope};
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::endpoint::{Acceptor, Connection};

/// How long to wait when there are no descriptors or no memory for another connection. It stays in
/// the kernel's queue; without the pause this would be a busy loop.
const SHORTAGE_PAUSE_MS: u16 = 50;

/// How long a thread without a connection waits for one.
pub const IDLE_LIMIT: Duration = Duration::from_secs(10);

/// How much [`echo`] reads at once.
const ECHO_BUFFER: usize = 64 * 1024;

/// The open connections of a server, to cut them at its end.
#[derive(Debug, Default)]
pub struct Connections {
    state: Mutex<State>,
    /// Signalled when there is something in `handed_over`, and at the end.
    work: Condvar,
    /// Signalled when a handler has ended.
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    open: Vec<Weak<Connection>>,
    /// For the idle threads to take; never more than there are of these.
    handed_over: VecDeque<Arc<Connection>>,
    /// How many threads wait for a connection.
    idle: usize,
    /// How many connections are being served or handed over.
    handlers: usize,
    /// Idle threads are to end.
    over: bool,
    /// What is added afterwards is cut at once.
    cut: bool,
}

/// How a server's life went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// How many connections were accepted.
    pub accepted: u64,
    /// Whether some did not end by themselves and were cut.
    pub cut: bool,
}

/// Accepts connections and has `handle` serve each on a thread of its own, until `stop` becomes readable
/// or reads its end. Then `acceptor` is closed, which removes its socket file, and the connections
/// have `grace` to end before they are cut. Returns when all handlers have.
///
/// A handler that opens connections of its own [adds](Connections::add) them, so that they are cut too.
/// `report` hears of what went wrong and was survived: no descriptors left, no thread to be had.
///
/// # Errors
///
/// When nothing more can be accepted at all. The connections get the same grace.
pub fn serve<H>(
    acceptor: Acceptor,
    stop: impl AsFd,
    grace: Duration,
    handle: H,
    report: impl Fn(io::Error),
) -> io::Result<Served>
where
    H: Fn(&Arc<Connection>, &Connections) + Sync,
{
    acceptor.set_nonblocking(true)?;
    let connections = Connections::default();
    thread::scope(|scope| {
        let start = |connection| start(scope, &handle, &connections, connection);
        let accepted = accept_all(&acceptor, stop.as_fd(), start, report);
        drop(acceptor);
        let cut = !connections.wait_until_ended(grace);
        connections.end(cut);
        let accepted = accepted?;
        Ok(Served { accepted, cut })
    })
}

/// Sends back what comes, until the peer ends its direction. Gives how much it was.
///
/// # Errors
///
/// When the connection breaks.
pub fn echo(mut connection: &Connection) -> io::Result<u64> {
    let mut buffer = vec![0; ECHO_BUFFER];
    let mut bytes = 0;
    loop {
        let n = match connection.read(&mut buffer) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        connection.write_all(&buffer[..n])?;
        bytes += n as u64;
    }
}

impl Connections {
    /// Has `connection` cut at the server's end, if it is still open.
    pub fn add(&self, connection: &Arc<Connection>) {
        let mut state = self.lock();
        if state.cut {
            // It may have ended by itself.
            let _ = connection.shutdown(Shutdown::Both);
        }
        state.open.retain(|open| open.strong_count() > 0);
        state.open.push(Arc::downgrade(connection));
    }

    /// No connection comes any more. What is still open is left alone or cut.
    fn end(&self, cut: bool) {
        let mut state = self.lock();
        state.over = true;
        state.cut = cut;
        self.work.notify_all();
        if cut {
            for connection in state.open.drain(..).filter_map(|open| open.upgrade()) {
                let _ = connection.shutdown(Shutdown::Both);
            }
        }
    }

    /// To an idle thread, or back to the caller if there is none.
    fn hand_over(&self, connection: Arc<Connection>) -> Option<Arc<Connection>> {
        let mut state = self.lock();
        state.handlers += 1;
        if state.idle <= state.handed_over.len() {
            return Some(connection);
        }
        state.handed_over.push_back(connection);
        self.work.notify_one();
        None
    }

    /// What an idle thread does: waits for the next connection. `None` when it has waited long enough.
    fn take_over(&self) -> Option<Arc<Connection>> {
        let mut state = self.lock();
        state.idle += 1;
        let nothing = |state: &mut State| state.handed_over.is_empty() && !state.over;
        let (mut state, _) = self
            .work
            .wait_timeout_while(state, IDLE_LIMIT, nothing)
            .unwrap_or_else(PoisonError::into_inner);
        state.idle -= 1;
        state.handed_over.pop_front()
    }

    /// Whether all handlers have ended before `limit` was over.
    fn wait_until_ended(&self, limit: Duration) -> bool {
        let busy = |state: &mut State| state.handlers > 0;
        let (state, _) = self
            .ended
            .wait_timeout_while(self.lock(), limit, busy)
            .unwrap_or_else(PoisonError::into_inner);
        state.handlers == 0
    }

    /// No code of a caller runs while it is locked, so a poisoned one is sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has a connection, which is counted already, counted as ended when it is dropped, also by a panic.
struct Handler<'a> {
    connection: Option<Arc<Connection>>,
    connections: &'a Connections,
}

impl Drop for Handler<'_> {
    fn drop(&mut self) {
        // Closed before it counts as ended.
        self.connection = None;
        self.connections.lock().handlers -= 1;
        self.connections.ended.notify_all();
    }
}

fn start<'scope, H>(
    scope: &'scope Scope<'scope, '_>,
    handle: &'scope H,
    connections: &'scope Connections,
    connection: Connection,
) -> io::Result<()>
where
    H: Fn(&Arc<Connection>, &Connections) + Sync,
{
    let connection = Arc::new(connection);
    connections.add(&connection);
    let Some(connection) = connections.hand_over(connection) else {
        return Ok(());
    };
    let counted = |connection| Handler {
        connection: Some(connection),
        connections,
    };
    let first = counted(connection);
    thread::Builder::new().spawn_scoped(scope, move || {
        let mut next = Some(first);
        while let Some(handler) = next {
            handler
                .connection
                .iter()
                .for_each(|c| handle(c, connections));
            drop(handler);
            next = connections.take_over().map(counted);
        }
    })?;
    Ok(())
}

fn accept_all(
    acceptor: &Acceptor,
    stop: BorrowedFd,
    start: impl Fn(Connection) -> io::Result<()>,
    report: impl Fn(io::Error),
) -> io::Result<u64> {
    let mut accepted = 0;
    while wait_for(&[acceptor.as_fd(), stop], PollTimeout::NONE)? != Some(1) {
        match acceptor.accept() {
            Ok(connection) => {
                accepted += 1;
                start(connection).unwrap_or_else(&report);
            }
            Err(error) if is_shortage(&error) => {
                report(error);
                wait_for(&[stop], SHORTAGE_PAUSE_MS.into())?;
            }
            Err(error) if is_transient(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(accepted)
}

/// Which of them is ready, the last if there are several; `None` after `timeout`.
fn wait_for(sources: &[BorrowedFd], timeout: PollTimeout) -> io::Result<Option<usize>> {
    let mut asked: Vec<PollFd> = sources
        .iter()
        .map(|source| PollFd::new(*source, PollFlags::POLLIN))
        .collect();
    loop {
        match poll(&mut asked, timeout) {
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(asked.iter().rposition(|source| source.any() == Some(true))),
        }
    }
}

fn is_shortage(error: &io::Error) -> bool {
    let shortages = [Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS, Errno::ENOMEM];
    shortages
        .iter()
        .any(|errno| error.raw_os_error() == Some(*errno as i32))
}

/// The client has hung up before it was accepted, or another process was faster.
fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::WouldBlock | Kind::ConnectionAborted | Kind::Interrupted
    )
}
