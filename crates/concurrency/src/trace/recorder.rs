//! From the scheduler into the rings, and out of them again.
//!
//! Each P has a ring, which whoever owns the P writes without a lock; the P goes from M to M with all
//! the fences that this needs. What happens on a thread without a P goes into one more ring, with a lock.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::ring::{Entry, Ring};
use super::strings::Strings;
use super::timeline::Timeline;
use super::user::Users;
use super::{Kind, NO_MACHINE};
use crate::runtime::machine::{NOBODY, Seat};
use crate::runtime::scheduler::{MAX_PROCESSORS, Scheduler};
use crate::runtime::{Handle, Phase, TaskId};

/// Bytes for the events of each P: about 150 000.
pub const DEFAULT_CAPACITY: usize = 2 << 20;

/// Where events go.
pub(crate) struct Tracer {
    on: AtomicBool,
    /// From the first recording on.
    clock: OnceLock<Clock>,
    capacity: AtomicU64,
    rings: Box<[OnceLock<Box<Ring>>]>,
    /// For threads without a P.
    outside: Mutex<Option<Ring>>,
    /// The last number of a timer.
    timers: AtomicU32,
    pub(super) strings: Strings,
    pub(super) users: Users,
}

/// A recording that runs. It ends with [`stop`](Recording::stop), or when it is dropped.
#[must_use = "dropped, it ends at once"]
pub struct Recording {
    handle: Handle,
    begin: u64,
    begin_time: Instant,
    /// The tasks that there were.
    before: Vec<(TaskId, u64, Phase)>,
}

/// There is one recording at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this runtime's events are being recorded already")]
pub struct AlreadyRecording(());

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// In the order of time.
    pub events: Vec<Event>,
    /// From the beginning of the recording to its end.
    pub duration: Duration,
    /// How many Ps there were.
    pub processors: usize,
    /// How many events had to make room for later ones.
    pub dropped: u64,
    /// How many ends of regions were refused: see [`RegionError`](super::RegionError).
    pub refused: u64,
    pub(super) strings: Vec<String>,
    pub(super) before: Vec<(TaskId, u64, Phase)>,
}

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// Nanoseconds since the recording began.
    pub time: u64,
    /// What happened.
    pub kind: Kind,
    /// To whom.
    pub task: TaskId,
    /// Depends on the kind.
    pub argument: u64,
    /// On which P; `None` on a thread that had none.
    pub processor: Option<usize>,
    /// On which M; `None` on a thread that is none.
    pub machine: Option<usize>,
}

/// Records the events of a runtime from now on, `capacity` bytes for each P: when they are full, the
/// oldest events make room.
///
/// # Errors
///
/// [`AlreadyRecording`].
pub fn start(handle: &Handle, capacity: usize) -> Result<Recording, AlreadyRecording> {
    let scheduler = handle.scheduler();
    let tracer = &scheduler.tracer;
    let mut outside = tracer
        .outside
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if tracer.is_on() {
        return Err(AlreadyRecording(()));
    }
    let clock = tracer.clock.get_or_init(Clock::new);
    tracer.capacity.store(capacity as u64, Ordering::Relaxed);
    outside.get_or_insert_with(|| Ring::new(capacity)).begin();
    tracer
        .rings
        .iter()
        .filter_map(OnceLock::get)
        .for_each(|ring| ring.begin());
    // Memory is had now, not when the first event comes.
    for processor in 0..handle.processors() {
        tracer.ring(processor);
    }
    drop(outside);
    tracer.users.begin();
    let before = scheduler.tasks().into_iter().map(|task| {
        let name = task.name.as_deref().unwrap_or_default();
        (task.id, tracer.words(name, task.spawned_at), task.phase)
    });
    let before = before.collect();
    let (begin, begin_time) = clock.both();
    let recording = Recording {
        handle: handle.clone(),
        before,
        begin,
        begin_time,
    };
    tracer.on.store(true, Ordering::SeqCst);
    Ok(recording)
}

impl Tracer {
    pub(crate) fn new() -> Self {
        Tracer {
            on: AtomicBool::new(false),
            clock: OnceLock::new(),
            capacity: AtomicU64::new(0),
            rings: (0..MAX_PROCESSORS).map(|_| OnceLock::new()).collect(),
            outside: Mutex::new(None),
            timers: AtomicU32::new(0),
            strings: Strings::new(),
            users: Users::default(),
        }
    }

    /// Relaxed: an event more or less at the edges of a recording is no matter.
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    #[inline]
    fn now(&self) -> u64 {
        self.clock.get().map_or(0, Clock::ticks)
    }

    fn ring(&self, processor: usize) -> &Ring {
        let bytes = self.capacity.load(Ordering::Relaxed) as usize;
        self.rings[processor].get_or_init(|| Box::new(Ring::new(bytes)))
    }

    /// Something happened, on this M if it is one of this runtime's. Only when it [is on](Self::is_on).
    #[inline(never)]
    pub(crate) fn record(
        &self,
        scheduler: &Scheduler,
        seat: Option<&Seat>,
        kind: Kind,
        task: TaskId,
        argument: u64,
    ) {
        // A thread may be an M of another runtime: to this one it is a stranger.
        let seat = seat.filter(|seat| std::ptr::eq(&raw const *seat.scheduler, scheduler));
        let Some(seat) = seat else {
            return self.record_elsewhere(NOBODY, NO_MACHINE, kind, task, argument);
        };
        self.record_on::<false>(seat, Some(self.now()), kind, task, argument);
    }

    /// A task has become runnable on this M.
    #[inline(never)]
    pub(crate) fn readied(&self, seat: &Seat, task: TaskId) {
        self.record_on::<false>(seat, self.now_or_then(seat), Kind::Ready, task, 0);
    }

    /// A turn begins on this M.
    #[inline(never)]
    pub(crate) fn turn_begins(&self, seat: &Seat, task: TaskId) {
        let time = self.now_or_then(seat);
        seat.just_stopped.set(false);
        self.record_on::<false>(seat, time, Kind::Start, task, 0);
    }

    /// The turn of this M is over: the task gave way, waits, or has ended.
    #[inline(never)]
    pub(crate) fn turn_ends(&self, seat: &Seat, kind: Kind, task: TaskId, argument: u64) {
        debug_assert!(kind.ends_turn());
        if !seat.regions.borrow().is_empty() {
            self.users.leave(seat);
        }
        seat.just_stopped.set(true);
        self.record_on::<true>(seat, Some(self.now()), kind, task, argument);
    }

    /// None: the same as that of the last event.
    #[inline(always)]
    fn now_or_then(&self, seat: &Seat) -> Option<u64> {
        (!seat.just_stopped.get()).then(|| self.now())
    }

    #[inline(always)]
    fn record_on<const OWN_END: bool>(
        &self,
        seat: &Seat,
        time: Option<u64>,
        kind: Kind,
        task: TaskId,
        argument: u64,
    ) {
        let (processor, machine) = (seat.processor.get(), seat.machine.id as u64);
        // Without a P there is none.
        let Some(ring) = self.rings.get(processor).and_then(OnceLock::get) else {
            return self.record_elsewhere(processor, machine, kind, task, argument);
        };
        ring.write::<OWN_END>(&Entry {
            time,
            machine,
            kind,
            task,
            argument,
        });
    }

    /// Without a P, or on the first event of one that came when the recording had begun.
    #[cold]
    fn record_elsewhere(
        &self,
        processor: usize,
        machine: u64,
        kind: Kind,
        task: TaskId,
        argument: u64,
    ) {
        let entry = |time| Entry {
            time: Some(time),
            machine,
            kind,
            task,
            argument,
        };
        if processor != NOBODY {
            return self.ring(processor).write::<false>(&entry(self.now()));
        }
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ring) = &*outside {
            // Under the lock, so that times only grow.
            ring.write::<false>(&entry(self.now()));
        }
    }

    /// A task was made.
    pub(crate) fn created(
        &self,
        scheduler: &Scheduler,
        seat: Option<&Seat>,
        task: TaskId,
        name: Option<&str>,
        place: &'static Location<'static>,
    ) {
        let spawner = seat.map_or(0, |seat| seat.machine.current_task.load(Ordering::Relaxed));
        let words = self.words(name.unwrap_or_default(), place);
        let argument = (words << 32) | (spawner & u64::from(u32::MAX));
        self.record(scheduler, seat, Kind::Create, task, argument);
    }

    /// A task waits for what it has said last.
    pub(crate) fn reason(&self, what: Option<&'static &'static str>) -> u64 {
        what.map_or(0, |what| {
            self.strings.number_of(what, || (*what).to_owned())
        })
    }

    /// Of a new timer; not 0.
    pub(super) fn number_timer(&self) -> u32 {
        let before = self.timers.fetch_add(1, Ordering::Relaxed);
        before.wrapping_add(1).max(1)
    }

    fn words(&self, name: &str, place: &'static Location<'static>) -> u64 {
        let place = self.strings.number_of(place, || place.to_string());
        let name = if name.is_empty() {
            0
        } else {
            self.strings.number(name)
        };
        (place << 16) | name
    }
}

impl Recording {
    /// Ends it, and gives what there is.
    #[must_use]
    pub fn stop(self) -> Trace {
        let scheduler = self.handle.scheduler();
        let tracer = &scheduler.tracer;
        tracer.on.store(false, Ordering::SeqCst);
        let clock = tracer.clock.get_or_init(Clock::new);
        let (end, end_time) = clock.both();
        let duration = end_time.saturating_duration_since(self.begin_time);
        let tick = duration.as_nanos() as f64 / (end - self.begin).max(1) as f64;
        let rings = tracer.rings.iter().map(OnceLock::get).enumerate();
        let mut read: Vec<_> = rings
            .filter_map(|(id, ring)| Some(ring?.read(Some(id))))
            .collect();
        let outside = tracer
            .outside
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        read.extend(outside.as_ref().map(|ring| ring.read(None)));
        drop(outside);
        let dropped = read.iter().map(|(_, dropped)| dropped).sum();
        let mut events: Vec<Event> = read.into_iter().flat_map(|(events, _)| events).collect();
        events.retain(|event| (self.begin..=end).contains(&event.time));
        for event in &mut events {
            event.time = ((event.time - self.begin) as f64 * tick) as u64;
        }
        // Stable: what one ring says of one moment stays in its order.
        events.sort_by_key(|event| event.time);
        Trace {
            events,
            duration,
            processors: self.handle.processors(),
            dropped,
            refused: tracer.users.refused(),
            strings: tracer.strings.all(),
            before: self.before.clone(),
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let tracer = &self.handle.scheduler().tracer;
        tracer.on.store(false, Ordering::SeqCst);
    }
}

impl Trace {
    /// How many events of a kind there are.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        self.events
            .iter()
            .filter(|event| event.kind == kind)
            .count()
    }

    /// What the events mean: the states of each task, and what ran on each P and M.
    #[must_use]
    pub fn timeline(&self) -> Timeline {
        Timeline::of(self)
    }

    /// The text that an event's argument names.
    pub(super) fn text(&self, number: u64) -> &str {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.strings.get(number).map_or("", String::as_str)
    }
}

impl fmt::Debug for Tracer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracer")
            .field("on", &self.is_on())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("begin", &self.begin)
            .finish_non_exhaustive()
    }
}
