//! An event loop: one thread for thousands of connections, on the poller of the chapter `mmap`.
//!
//! Sockets are watched by level and for one thing at a time: for input, as long as all output has left;
//! for room, as long as some has not. That is the whole of backpressure: who does not take his answers
//! is not read. A connection that asks and takes makes no call but `read` and `write`; the poller
//! is told something only when a peer is slow. (Edges would spare nothing here: a loop that reads once
//! per event needs no second read to see `EAGAIN`, and has the fairness for nothing.)
//!
//! With several workers the first accepts, and deals the connections out in turn. They share nothing
//! else but the service.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mmap::poller::{Event, Events, Interest, Mode, Poller, Token, Waker};

use super::Context;
use super::accept::Acceptor;
use super::connection::{Connection, Wants, Workspace};
use super::deadlines::Deadlines;
use super::stop::StopHandle;

/// How many events are taken at once.
const EVENTS: usize = 512;

/// What the workers know of each other.
struct Shared {
    context: Arc<Context>,
    /// How many connections all of them have.
    open: AtomicUsize,
    /// The first worker may still deal connections to the others.
    is_accepting: AtomicBool,
    inboxes: Vec<Inbox>,
}

/// Connections that the first worker has accepted for another.
struct Inbox {
    dealt: Mutex<Vec<(TcpStream, SocketAddr)>>,
    waker: Waker,
}

struct Worker {
    index: usize,
    shared: Arc<Shared>,
    poller: Poller,
    acceptor: Acceptor,
    /// Who is dealt the next connection.
    turn: usize,
    slots: Vec<Option<Slot>>,
    free: Vec<usize>,
    deadlines: Deadlines,
    work: Workspace,
    is_stopping: bool,
}

struct Slot {
    stream: TcpStream,
    connection: Connection,
    watched: Interest,
}

pub(super) fn run(
    listeners: Vec<TcpListener>,
    context: Arc<Context>,
    workers: usize,
) -> io::Result<()> {
    let pollers: Vec<Poller> = (0..workers.max(1))
        .map(|_| Poller::new())
        .collect::<io::Result<_>>()?;
    for poller in &pollers {
        let waker = poller.waker();
        context.stop.on_stop(move || waker.wake().unwrap_or(()));
    }
    let inbox = |poller: &Poller| Inbox {
        dealt: Mutex::default(),
        waker: poller.waker(),
    };
    let shared = Arc::new(Shared {
        context,
        open: AtomicUsize::new(0),
        is_accepting: AtomicBool::new(true),
        inboxes: pollers.iter().map(inbox).collect(),
    });
    let mut pollers = pollers.into_iter();
    let first = pollers.next().expect("there is one at least");
    let first = Worker::new(0, first, listeners, &shared)?;
    thread::scope(|scope| {
        let mut others = Vec::new();
        for (index, poller) in (1..).zip(pollers) {
            let worker = Worker::new(index, poller, Vec::new(), &shared)?;
            others.push(thread::Builder::new().spawn_scoped(scope, || worker.run())?);
        }
        let first = first.run();
        if first.is_err() {
            // Nobody accepts any more; so the others end, too.
            StopHandle::new(Arc::clone(&shared.context.stop)).stop(Duration::ZERO);
        }
        let results = others.into_iter().map(|other| other.join());
        let others = results.map(|result| result.unwrap_or(Ok(())));
        first.and(others.collect())
    })
}

impl Worker {
    fn new(
        index: usize,
        poller: Poller,
        listeners: Vec<TcpListener>,
        shared: &Arc<Shared>,
    ) -> io::Result<Self> {
        Ok(Worker {
            index,
            shared: Arc::clone(shared),
            poller,
            acceptor: Acceptor::new(listeners)?,
            turn: 0,
            slots: Vec::new(),
            free: Vec::new(),
            deadlines: Deadlines::default(),
            work: Workspace::new(),
            is_stopping: false,
        })
    }

    fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(EVENTS);
        let mut expired = Vec::new();
        while !self.is_over() {
            let timeout = self.prepare()?;
            self.poller.wait(&mut events, timeout)?;
            self.work.tick();
            for event in &events {
                self.handle(event)?;
            }
            if events.woken() {
                self.look_around()?;
            }
            self.deadlines.take_expired(self.work.now, &mut expired);
            for slot in expired.drain(..) {
                self.expire(slot)?;
            }
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        let is_late = |deadline| self.work.now >= deadline;
        let stop = &self.shared.context.stop;
        let has_nothing = || {
            self.free.len() == self.slots.len()
                // In this order: what was dealt was dealt before the accepting ended.
                && !self.shared.is_accepting.load(Ordering::SeqCst)
                && self.shared.inboxes[self.index].is_empty()
        };
        self.is_stopping && (has_nothing() || stop.deadline().is_some_and(is_late))
    }

    /// Listens or not, and says how long to wait.
    fn prepare(&mut self) -> io::Result<Option<Duration>> {
        let now = self.work.now;
        let has_room = self.room() > 0 && !self.is_stopping;
        let retry = self.acceptor.watch(&self.poller, has_room, now)?;
        let deadline = self.shared.context.stop.deadline();
        let stop = deadline.map(|deadline| deadline.saturating_duration_since(now));
        let times = [retry, stop, self.deadlines.timeout(now)];
        Ok(times.into_iter().flatten().min())
    }

    fn room(&self) -> usize {
        let most = self.shared.context.max_connections;
        most.saturating_sub(self.shared.open.load(Ordering::Relaxed))
    }

    fn handle(&mut self, event: &Event) -> io::Result<()> {
        match self.acceptor.index(event.token()) {
            Some(listener) => self.accept(listener),
            None => self.step(event.token().0, event.is_readable()),
        }
    }

    fn accept(&mut self, listener: usize) -> io::Result<()> {
        let (room, now) = (self.room(), self.work.now);
        let accepted: Vec<_> = self.acceptor.accept(listener, room, now).collect();
        self.shared
            .open
            .fetch_add(accepted.len(), Ordering::Relaxed);
        for (stream, peer) in accepted {
            let index = self.turn;
            self.turn = (self.turn + 1) % self.shared.inboxes.len();
            if index == self.index {
                self.adopt(stream, peer)?;
            } else {
                self.shared.inboxes[index].put(stream, peer)?;
            }
        }
        Ok(())
    }

    fn adopt(&mut self, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        // They fail when the peer has gone already; the poller also when the system is short of memory.
        let registered = stream
            .set_nonblocking(true)
            .and_then(|()| stream.set_nodelay(true))
            .and_then(|()| {
                let token = Token(slot);
                self.poller
                    .add(&stream, token, Interest::READABLE, Mode::Level)
            });
        let context = &self.shared.context;
        let entry = registered.ok().map(|()| Slot {
            stream,
            connection: Connection::new(peer, context, self.work.now),
            watched: Interest::READABLE,
        });
        if slot == self.slots.len() {
            self.slots.push(None);
        }
        match &entry {
            Some(entry) => self.deadlines.set(slot, entry.connection.deadline()),
            None => return self.release(slot),
        }
        self.slots[slot] = entry;
        Ok(())
    }

    /// Somebody has woken us: there are connections, room, or the end.
    fn look_around(&mut self) -> io::Result<()> {
        for (stream, peer) in self.shared.inboxes[self.index].take() {
            self.adopt(stream, peer)?;
        }
        if self.shared.context.stop.is_stopping() && !self.is_stopping {
            self.is_stopping = true;
            self.acceptor.watch(&self.poller, false, self.work.now)?;
            self.acceptor.close();
            self.close_idle()?;
            if self.index == 0 {
                self.shared.accepts_no_more();
            }
        }
        Ok(())
    }

    /// Whose request has come and was not read yet is not idle.
    fn close_idle(&mut self) -> io::Result<()> {
        for slot in 0..self.slots.len() {
            if self.is_idle(slot) {
                self.step(slot, true)?;
            }
        }
        Ok(())
    }

    fn is_idle(&self, slot: usize) -> bool {
        let entry = self.slots[slot].as_ref();
        entry.is_some_and(|entry| entry.connection.is_idle())
    }

    /// Lets a connection go on, and waits for what it wants next.
    fn step(&mut self, slot: usize, is_readable: bool) -> io::Result<()> {
        // The event may be an old one, of a connection that was closed in this round.
        let Some(entry) = self.slots.get_mut(slot).and_then(Option::as_mut) else {
            return Ok(());
        };
        let is_readable = is_readable && entry.watched == Interest::READABLE;
        let (socket, context) = (entry.stream.as_fd(), &self.shared.context);
        let wants = entry
            .connection
            .run(socket, &mut self.work, context, is_readable);
        self.arrange(slot, wants)
    }

    fn expire(&mut self, slot: usize) -> io::Result<()> {
        let Some(entry) = self.slots[slot].as_mut() else {
            return Ok(());
        };
        match entry
            .connection
            .expire(&mut self.work, &self.shared.context)
        {
            Wants::End => self.close(slot),
            Wants::Input | Wants::Room => self.step(slot, false),
        }
    }

    fn arrange(&mut self, slot: usize, wants: Wants) -> io::Result<()> {
        let Some(entry) = self.slots[slot].as_mut() else {
            return Ok(());
        };
        let wanted = match wants {
            // Its answer had begun, and said nothing of closing.
            Wants::Input if self.is_stopping && entry.connection.is_idle() => {
                return self.close(slot);
            }
            Wants::Input => Interest::READABLE,
            Wants::Room => Interest::WRITABLE,
            Wants::End => return self.close(slot),
        };
        self.deadlines.set(slot, entry.connection.deadline());
        if wanted != entry.watched {
            entry.watched = wanted;
            self.poller
                .modify(&entry.stream, Token(slot), wanted, Mode::Level)?;
        }
        Ok(())
    }

    /// Closing ends the registration, for the descriptor was never duplicated.
    fn close(&mut self, slot: usize) -> io::Result<()> {
        self.slots[slot] = None;
        self.deadlines.clear(slot);
        self.release(slot)
    }

    /// A connection less: if there was no room, there is now.
    fn release(&mut self, slot: usize) -> io::Result<()> {
        self.free.push(slot);
        let open = self.shared.open.fetch_sub(1, Ordering::Relaxed);
        if open == self.shared.context.max_connections && self.index != 0 {
            self.shared.inboxes[0].waker.wake()?;
        }
        Ok(())
    }
}

impl Shared {
    /// Whoever has nothing left may end from now on.
    fn accepts_no_more(&self) {
        self.is_accepting.store(false, Ordering::SeqCst);
        for inbox in &self.inboxes {
            // It fails when that worker's poller is gone, and with it the worker.
            inbox.waker.wake().unwrap_or(());
        }
    }
}

impl Inbox {
    fn is_empty(&self) -> bool {
        let dealt = self.dealt.lock().unwrap_or_else(PoisonError::into_inner);
        dealt.is_empty()
    }

    fn put(&self, stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
        let mut dealt = self.dealt.lock().unwrap_or_else(PoisonError::into_inner);
        dealt.push((stream, peer));
        drop(dealt);
        self.waker.wake()
    }

    fn take(&self) -> Vec<(TcpStream, SocketAddr)> {
        std::mem::take(&mut self.dealt.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
