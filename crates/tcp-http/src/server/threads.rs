//! A thread for each connection: plain reads and writes that block, each with a timeout.
//!
//! The main thread accepts. At a stop it has to reach threads that sleep in `read`: it shuts down the
//! reading half of their sockets, and the read ends as if the peer had. The delicate moment is a thread
//! that goes to sleep just then: it says that it is idle *before* it looks whether the server stops, and
//! the main thread says that the server stops *before* it looks who is idle, so one of them sees. And when
//! the read has ended it says that it is not idle before it answers anything: nobody who was told
//! something is taken for idle.

use std::collections::HashMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use mmap::poller::{Events, Poller, Waker};

use super::Context;
use super::accept::Acceptor;
use super::connection::{Connection, Wants, Workspace};

/// A service that needs more has a recursion that wants a look.
const STACK: usize = 512 << 10;

/// The connections that are open, and what wakes the thread that accepts.
struct Open {
    entries: Mutex<HashMap<u64, Arc<Entry>>>,
    waker: Waker,
    context: Arc<Context>,
}

struct Entry {
    stream: TcpStream,
    /// Whether its thread waits for a request.
    is_idle: Arc<AtomicBool>,
}

pub(super) fn run(listeners: Vec<TcpListener>, context: Arc<Context>) -> io::Result<()> {
    let poller = Poller::new()?;
    let waker = poller.waker();
    context.stop.on_stop(move || waker.wake().unwrap_or(()));
    let open = Arc::new(Open {
        entries: Mutex::default(),
        waker: poller.waker(),
        context,
    });
    accept(&poller, listeners, &open)?;
    finish(&poller, &open)
}

/// Until the server is stopped.
fn accept(poller: &Poller, listeners: Vec<TcpListener>, open: &Arc<Open>) -> io::Result<()> {
    let mut acceptor = Acceptor::new(listeners)?;
    let mut events = Events::with_capacity(8);
    let mut next_id = 0;
    while !open.context.stop.is_stopping() {
        let timeout = acceptor.watch(poller, open.room() > 0, Instant::now())?;
        poller.wait(&mut events, timeout)?;
        for event in &events {
            let Some(index) = acceptor.index(event.token()) else {
                continue;
            };
            let now = Instant::now();
            let accepted: Vec<_> = acceptor.accept(index, open.room(), now).collect();
            for (stream, peer) in accepted {
                next_id += 1;
                if open.start(next_id, stream, peer).is_err() {
                    acceptor.cool(now);
                }
            }
        }
    }
    Ok(())
}

/// Lets the idle go, waits for the others, and closes those that take too long.
fn finish(poller: &Poller, open: &Open) -> io::Result<()> {
    let mut events = Events::with_capacity(8);
    let is_idle = |entry: &Entry| entry.is_idle.load(Ordering::SeqCst);
    open.shut_down(Shutdown::Read, is_idle);
    while open.room() < open.context.max_connections {
        let deadline = open.context.stop.deadline().unwrap_or_else(Instant::now);
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            open.shut_down(Shutdown::Both, |_| true);
            return Ok(());
        }
        poller.wait(&mut events, Some(left))?;
    }
    Ok(())
}

impl Open {
    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Arc<Entry>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self) -> usize {
        self.context
            .max_connections
            .saturating_sub(self.lock().len())
    }

    fn shut_down(&self, half: Shutdown, which: impl Fn(&Entry) -> bool) {
        for entry in self.lock().values().filter(|entry| which(entry)) {
            // It fails when the peer was faster.
            let _ = entry.stream.shutdown(half);
        }
    }

    fn start(self: &Arc<Self>, id: u64, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        let entry = Arc::new(Entry {
            stream,
            is_idle: Arc::new(AtomicBool::new(false)),
        });
        self.lock().insert(id, Arc::clone(&entry));
        let open = Arc::clone(self);
        let thread = thread::Builder::new().stack_size(STACK);
        let started = thread.spawn(move || {
            // A connection that cannot be set up or breaks is over; the others are not.
            let _ = serve(&entry, peer, &open.context);
            drop(entry);
            open.end(id);
        });
        if started.is_err() {
            self.end(id);
        }
        started.map(drop)
    }

    fn end(&self, id: u64) {
        let mut entries = self.lock();
        let was_full = entries.len() >= self.context.max_connections;
        entries.remove(&id);
        drop(entries);
        if was_full || self.context.stop.is_stopping() {
            self.waker.wake().unwrap_or(());
        }
    }
}

/// The story of one connection.
fn serve(entry: &Entry, peer: SocketAddr, context: &Context) -> io::Result<()> {
    let stream = &entry.stream;
    // On macOS, what a non-blocking listener accepts is so, too.
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(context.timeouts.progress))?;
    let mut work = Workspace::for_waiting(Arc::clone(&entry.is_idle));
    let mut connection = Connection::new(peer, context, work.now);
    let mut patience = Duration::ZERO;
    let mut wants = Wants::Input;
    while wants != Wants::End {
        entry.is_idle.store(connection.is_idle(), Ordering::SeqCst);
        if connection.is_idle() && context.stop.is_stopping() {
            break;
        }
        if wants == Wants::Input {
            let left = connection.deadline().saturating_duration_since(work.now);
            set_patience(stream, &mut patience, left)?;
        }
        wants = connection.run(stream.as_fd(), &mut work, context, wants == Wants::Input);
        work.tick();
        if wants != Wants::End && work.now >= connection.deadline() {
            wants = connection.expire(&mut work, context);
        }
    }
    Ok(())
}

/// Sets how long a read waits, if that is another time than before: mostly it is not, and then it is
/// no system call.
fn set_patience(stream: &TcpStream, patience: &mut Duration, left: Duration) -> io::Result<()> {
    // Rounded up, so as not to be early, and coarse, so as to be the same mostly. Zero would be for ever.
    let left = Duration::from_millis(10 * (left.as_millis() as u64 / 10 + 1));
    if *patience != left {
        *patience = left;
        stream.set_read_timeout(Some(left))?;
    }
    Ok(())
}
