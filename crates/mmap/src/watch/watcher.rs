//! The thread behind a watcher.
//!
//! It is the only one that touches the model. The kernel's messages, the caller's requests and the
//! clock come to it through one channel, so that nothing has to be locked; a request waits for its
//! answer, so that what is changed after `watch` has returned is told.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::burst::Burst;
use super::error::WatchError;
use super::event::Event;
use super::hint::{Hint, Pairing};
use super::kernel::Kernel;
use super::model::{Model, Source};
use super::roots::Request;

/// How changes are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Passively: the kernel tells (inotify on Linux, FSEvents on macOS). Costs nothing while nothing
    /// happens; does not see what another machine does to a network filesystem.
    Kernel,
    /// Actively: everything is looked at, once in each interval.
    Polling(Duration),
}

/// What a watcher tells: the events of a burst in their order, or what it cannot watch any more.
pub type Told = Result<Vec<Event>, WatchError>;

/// Watches until it is dropped.
#[derive(Debug)]
pub struct Watcher {
    inbox: Sender<Message>,
    thread: Option<JoinHandle<()>>,
}

/// How long after the last message nothing of it can still be on its way, however busy the machine.
const NOTHING_MORE: Duration = Duration::from_secs(1);

/// When messages of other names never pause, doubts are resolved after so long all the same.
const LONG_ENOUGH: Duration = Duration::from_secs(10);

enum Message {
    Hint(Hint),
    Failure(WatchError),
    Watch(Request, Sender<Result<(), WatchError>>),
    Unwatch(PathBuf, Sender<Result<(), WatchError>>),
    List(Sender<Vec<PathBuf>>),
    Stop,
}

impl Watcher {
    /// Starts a watcher of nothing. `tell` is called on its thread, with events that have been quiet
    /// for as long as `quiet`, or have come for ten times as long.
    ///
    /// # Errors
    ///
    /// The system has no more inotify instances for this user.
    pub fn new(
        mode: Mode,
        quiet: Duration,
        tell: impl FnMut(Told) + Send + 'static,
    ) -> Result<Self, WatchError> {
        let (inbox, messages) = mpsc::channel();
        let (source, interval): (Box<dyn Source>, _) = match mode {
            Mode::Kernel => (Box::new(Kernel::new(teller(&inbox))?), None),
            Mode::Polling(interval) => (Box::new(Nobody), Some(interval)),
        };
        let engine = Engine {
            messages,
            model: Model::new(source),
            pairing: Pairing::default(),
            burst: Burst::new(quiet),
            last_hint: None,
            doubts_since: None,
            polling: interval.map(|interval| (interval, Instant::now() + interval)),
            tell: Box::new(tell),
        };
        let thread = thread::Builder::new().name("watch".into());
        let thread = thread.spawn(|| engine.run()).map_err(WatchError::Source)?;
        Ok(Watcher {
            inbox,
            thread: Some(thread),
        })
    }

    /// The same, with a channel for what is told.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn channel(mode: Mode, quiet: Duration) -> Result<(Self, Receiver<Told>), WatchError> {
        let (sender, told) = mpsc::channel();
        // Whoever does not listen any more need not be told.
        let watcher = Watcher::new(mode, quiet, move |what| drop(sender.send(what)))?;
        Ok((watcher, told))
    }

    /// Changes from now on are told. A second watch of the same path replaces the first.
    ///
    /// # Errors
    ///
    /// There is no such path, it may not be read, or the kernel has no more watches.
    pub fn watch(&self, request: Request) -> Result<(), WatchError> {
        self.ask(|answer| Message::Watch(request, answer))
    }

    /// No more changes are told of the path, which is to be given as it was to [`watch`](Self::watch).
    ///
    /// # Errors
    ///
    /// It is not watched.
    pub fn unwatch(&self, path: impl AsRef<Path>) -> Result<(), WatchError> {
        let path = path.as_ref().components().collect();
        self.ask(|answer| Message::Unwatch(path, answer))
    }

    /// What is watched, as given, in the order of the names.
    pub fn watched(&self) -> Vec<PathBuf> {
        self.ask(Message::List)
    }

    /// Compares everything with the disk, as after an overflow of the kernel's queue.
    pub fn rescan(&self) {
        let _ = self.inbox.send(Message::Hint(Hint::Rescan));
    }

    fn ask<A>(&self, request: impl FnOnce(Sender<A>) -> Message) -> A {
        let (sender, answer) = mpsc::channel();
        // The thread ends by Stop alone, or by a panic in `tell`, which becomes ours here.
        let _ = self.inbox.send(request(sender));
        answer.recv().expect("the watcher's thread is there")
    }
}

/// Tells what has been learned, and ends the thread.
impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.inbox.send(Message::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn teller(inbox: &Sender<Message>) -> impl Fn(Result<Hint, WatchError>) + Send + Sync + 'static {
    let inbox = inbox.clone();
    move |what| {
        let message = what.map_or_else(Message::Failure, Message::Hint);
        // Nobody reads it while the watcher is being dropped.
        let _ = inbox.send(message);
    }
}

/// The source of a watcher that looks for itself.
struct Nobody;

impl Source for Nobody {
    fn attach(&mut self, _: &Path) -> Result<(), WatchError> {
        Ok(())
    }

    fn detach(&mut self, _: &Path) {}

    fn attached(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

struct Engine {
    messages: Receiver<Message>,
    model: Model,
    pairing: Pairing,
    burst: Burst,
    /// Since when the model has had doubts.
    doubts_since: Option<Instant>,
    /// When the last message came.
    last_hint: Option<Instant>,
    /// The interval, and the time of the next look.
    polling: Option<(Duration, Instant)>,
    tell: Box<dyn FnMut(Told) + Send>,
}

impl Engine {
    fn run(mut self) {
        loop {
            match self.next() {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break self.deliver(),
                Ok(message) => self.handle(message),
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.keep_time(Instant::now());
        }
    }

    fn next(&self) -> Result<Message, RecvTimeoutError> {
        let look = self.polling.map(|(_, next)| next);
        let times = [
            self.pairing.due(),
            self.burst.due(),
            self.doubts_due(),
            look,
        ];
        match times.into_iter().flatten().min() {
            // A zero wait still takes what is there.
            Some(due) => {
                let wait = due.saturating_duration_since(Instant::now());
                self.messages.recv_timeout(wait)
            }
            None => self.messages.recv().map_err(RecvTimeoutError::from),
        }
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Hint(hint) => {
                let now = Instant::now();
                self.pairing.push(hint, now);
                self.burst.begin_or_prolong(now);
                self.last_hint = Some(now);
            }
            Message::Failure(error) => (self.tell)(Err(error)),
            // Whoever asks may have gone.
            Message::Watch(request, answer) => drop(answer.send(self.model.watch(request))),
            Message::Unwatch(path, answer) => {
                self.deliver();
                drop(answer.send(self.model.unwatch(&path)));
            }
            Message::List(answer) => drop(answer.send(self.model.list())),
            Message::Stop => {}
        }
    }

    fn keep_time(&mut self, now: Instant) {
        while let Some(hint) = self.pairing.pop(now) {
            self.model.apply(hint);
        }
        if let Some((interval, next)) = &mut self.polling
            && *next <= now
        {
            self.model.rescan();
            // From the end of the look: a tree that takes longer than the interval leaves us time.
            *next = Instant::now() + *interval;
        }
        if self.doubts_due().is_some_and(|due| due <= now) {
            self.model.resolve_doubts();
        }
        self.doubts_since = self
            .doubts_since
            .or(Some(now))
            .filter(|_| self.model.has_doubts());
        self.burst.extend(self.model.take_told(), Instant::now());
        if self.burst.due().is_some_and(|due| due <= now) {
            self.deliver();
        }
        for error in self.model.take_failures() {
            (self.tell)(Err(error));
        }
    }

    fn doubts_due(&self) -> Option<Instant> {
        let (since, last_hint) = (self.doubts_since?, self.last_hint?);
        Some((last_hint + NOTHING_MORE).min(since + LONG_ENOUGH))
    }

    fn deliver(&mut self) {
        self.model.settle();
        self.burst.extend(self.model.take_told(), Instant::now());
        let events = self.burst.take();
        if !events.is_empty() {
            (self.tell)(Ok(events));
        }
    }
}
