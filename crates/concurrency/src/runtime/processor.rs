//! Processors: what Go calls a P.
//!
//! A P is the right to run tasks, and all that doing so needs: a run queue, timers, a counter. There are
//! as many as tasks may run at the same time (GOMAXPROCS), however many threads there are: a thread that
//! blocks in the kernel leaves its P to another. That is the whole reason for having Ps at all; the first
//! scheduler of Go had none, and every thread fought for one lock.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use mmap::poller::{TimerId, Timers};

use super::machine::NOBODY;
use super::queue::Local;
use super::scheduler::Scheduler;
use super::task::TaskPointer;
use crate::trace::Alarm;

/// See the module. Each stands on cache lines of its own: what one M does with its P all the time must
/// not slow down its neighbour.
#[repr(align(128))]
#[derive(Debug)]
pub(crate) struct Processor {
    /// From 0; its place in the scheduler's list.
    pub(crate) id: usize,
    status: AtomicU32,
    /// The number of the M that has it, or had it before its system call; [`NOBODY`] when idle.
    pub(crate) machine: AtomicUsize,
    /// The owner pushes and pops; anybody may steal.
    pub(crate) queue: Local<TaskPointer>,
    /// Counts time slices, for sysmon: Ms that took the P, and tasks that were run, but for those that were
    /// run out of the slot: they are taken for the same slice. Written by the owner.
    pub(crate) tick: AtomicU32,
    /// Counts turns, of which one in 61 is the global queue's: the same tasks, but no Ms. Between two looks
    /// for a task it grows by one at most, so that no multiple of 61 is passed over. Written by the owner.
    pub(crate) turns: AtomicU32,
    /// Counts system calls. Written by the owner.
    pub(crate) syscall_tick: AtomicU32,
    /// Set by sysmon: the task that runs has run for long enough.
    pub(crate) preempt: AtomicBool,
    timers: Mutex<Timers<Alarm>>,
    /// The earliest of the timers, in nanoseconds since the scheduler's start; `u64::MAX` for none. To be
    /// looked at without the lock.
    earliest: AtomicU64,
}

/// What a P is doing. Go has one more, for when the collector stops the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// On the scheduler's list of idle ones.
    Idle = 0,
    /// An M has it and runs a task, or looks for one.
    Running = 1,
    /// Its M is in a system call, and whoever wants it may take it.
    Syscall = 2,
    /// Above the number of those that may run.
    Dead = 4,
}

impl Status {
    fn from_number(number: u32) -> Status {
        match number {
            0 => Status::Idle,
            1 => Status::Running,
            2 => Status::Syscall,
            _ => Status::Dead,
        }
    }
}

impl Processor {
    pub(crate) fn new(id: usize) -> Self {
        Processor {
            id,
            status: AtomicU32::new(Status::Dead as u32),
            machine: AtomicUsize::new(NOBODY),
            queue: Local::new(),
            tick: AtomicU32::new(0),
            // Not 0, or it would begin with the global queue.
            turns: AtomicU32::new(1),
            syscall_tick: AtomicU32::new(0),
            preempt: AtomicBool::new(false),
            timers: Mutex::new(Timers::new()),
            earliest: AtomicU64::new(u64::MAX),
        }
    }

    pub(crate) fn status(&self) -> Status {
        Status::from_number(self.status.load(Ordering::Acquire))
    }

    /// The caller is the only one who may: the owner, or who holds the scheduler's lock for an idle one.
    pub(crate) fn set_status(&self, status: Status) {
        self.status.store(status as u32, Ordering::Release);
    }

    /// Takes a P out of a system call: its M, coming back, or sysmon, whoever is first.
    pub(crate) fn take_from_syscall(&self, to: Status) -> bool {
        self.status
            .compare_exchange(
                Status::Syscall as u32,
                to as u32,
                Ordering::AcqRel,
                Ordering::Relaxed,
            )
            .is_ok()
    }

    /// A time slice begins: what sysmon has seen, and asked for, was about the one before.
    pub(crate) fn begin_slice(&self) {
        Processor::count(&self.tick);
        self.preempt.store(false, Ordering::Relaxed);
    }

    /// Counts one more; only the owner does, so that no atomic addition is needed.
    pub(crate) fn count(counter: &AtomicU32) -> u32 {
        let after = counter.load(Ordering::Relaxed).wrapping_add(1);
        counter.store(after, Ordering::Relaxed);
        after
    }

    /// Adds a timer. True when it is earlier than all others of this P.
    pub(crate) fn add_timer(
        &self,
        start: Instant,
        deadline: Instant,
        alarm: Alarm,
    ) -> (TimerId, bool) {
        let mut timers = self.timers();
        let id = timers.insert(deadline, alarm);
        let is_first = timers.next() == Some(deadline);
        self.publish(&timers, start);
        (id, is_first)
    }

    /// Takes a timer out; `None` when it has rung.
    pub(crate) fn remove_timer(&self, start: Instant, id: TimerId) -> Option<Alarm> {
        let mut timers = self.timers();
        let removed = timers.cancel(id);
        self.publish(&timers, start);
        removed
    }

    /// Rings what is due. True when there was something.
    pub(crate) fn run_timers(&self, scheduler: &Scheduler, now: Instant) -> bool {
        let start = scheduler.start;
        if self.earliest.load(Ordering::Acquire) > nanoseconds(start, now) {
            return false;
        }
        let mut timers = self.timers();
        let due: Vec<Alarm> = timers.expired(now).collect();
        self.publish(&timers, start);
        // Waking puts tasks into queues, and may add timers: not under the lock.
        drop(timers);
        let any = !due.is_empty();
        for alarm in due {
            alarm.fires(scheduler);
            alarm.waker.wake();
        }
        any
    }

    /// In nanoseconds since the scheduler's start; `u64::MAX` for none.
    pub(crate) fn earliest(&self) -> u64 {
        self.earliest.load(Ordering::Acquire)
    }

    /// How many timers there are.
    pub(crate) fn timer_count(&self) -> usize {
        self.timers().len()
    }

    fn publish(&self, timers: &Timers<Alarm>, start: Instant) {
        let earliest = timers
            .next()
            .map_or(u64::MAX, |deadline| nanoseconds(start, deadline));
        self.earliest.store(earliest, Ordering::Release);
    }

    fn timers(&self) -> MutexGuard<'_, Timers<Alarm>> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn nanoseconds(start: Instant, at: Instant) -> u64 {
    let since = at.saturating_duration_since(start);
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX - 1)
}
