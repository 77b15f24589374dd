//! The watcher of all: a thread that needs no P, and so runs even when all Ps are busy.
//!
//! It looks at the Ps every 20 microseconds. When it has had nothing to do for a millisecond it looks half
//! as often each time, down to every 10 milliseconds; when all Ps have been idle for a second it sleeps
//! until one is not. On each round it
//!
//! - looks at the network, if nobody has for 10 milliseconds;
//! - rings timers of Ps that may not run any more;
//! - *retakes* Ps whose M is in a system call for more than one round, if there is anything to do for
//!   them;
//! - asks tasks that have run for 10 milliseconds to give up their turn.
//!
//! Go's `sysmon` also forces the collector, which we have not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::machine::Seat;
use super::parker::Parker;
use super::processor::{Processor, Status, nanoseconds};
use super::scheduler::Scheduler;
use crate::trace;

/// As long as this a task may run, the network go unlooked at, and a system call keep a P for which
/// there is nothing to do.
pub(crate) const SLICE: Duration = Duration::from_millis(10);

const SHORTEST: Duration = Duration::from_micros(20);
const LONGEST: Duration = Duration::from_millis(10);

/// So many rounds without anything to do, and they become rarer.
const PATIENCE: u32 = 50;

/// So many of the longest rounds with all Ps idle, and it sleeps.
const DEEP: u32 = 100;

#[derive(Debug)]
pub(crate) struct Sysmon {
    scheduler: OnceLock<Weak<Scheduler>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    parker: Parker,
    running: AtomicBool,
    deep_asleep: AtomicBool,
    stopping: AtomicBool,
    /// Milliseconds between two lines of the scheduler's state on standard error, 0 for none; and the
    /// lowest bit of the upper half whether with all details.
    pub(crate) schedtrace: AtomicU64,
    rounds: AtomicU64,
}

/// What sysmon remembers of a P from round to round.
#[derive(Debug, Clone, Copy)]
struct Observed {
    tick: u32,
    since: Instant,
    syscall_tick: u32,
    syscall_since: Instant,
}

impl Sysmon {
    pub(crate) fn new() -> Self {
        Sysmon {
            scheduler: OnceLock::new(),
            thread: Mutex::new(None),
            parker: Parker::new(),
            running: AtomicBool::new(false),
            deep_asleep: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            schedtrace: AtomicU64::new(0),
            rounds: AtomicU64::new(0),
        }
    }

    /// The scheduler that it belongs to.
    pub(crate) fn scheduler(&self) -> Arc<Scheduler> {
        let scheduler = self.scheduler.get().and_then(Weak::upgrade);
        scheduler.expect("it is set when the runtime is made, and borrowed from it")
    }

    /// Starts the thread.
    pub(crate) fn start(scheduler: &Arc<Scheduler>) -> std::io::Result<()> {
        let sysmon = &scheduler.sysmon;
        let _ = sysmon.scheduler.set(Arc::downgrade(scheduler));
        let name = format!("{}-sysmon", scheduler.name);
        let mine = Arc::clone(scheduler);
        let thread = thread::Builder::new().name(name);
        let thread = thread.stack_size(256 << 10).spawn(move || run(&mine))?;
        sysmon.running.store(true, Ordering::SeqCst);
        *sysmon.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    /// Ends the thread and waits for it.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.parker.unpark();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != thread::current().id())
        {
            let _ = thread.join();
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst)
    }

    /// How often it has looked around.
    pub(crate) fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }

    /// A P is busy again.
    #[inline]
    pub(crate) fn wake_if_deep_asleep(&self) {
        if self.deep_asleep.load(Ordering::SeqCst) {
            self.parker.unpark();
        }
    }

    /// Has a changed period of the trace take effect.
    pub(crate) fn set_schedtrace(&self, period: Duration, detail: bool) {
        let milliseconds = u64::try_from(period.as_millis()).unwrap_or(u64::MAX >> 1);
        let setting = (milliseconds << 1) | u64::from(detail);
        self.schedtrace.store(setting, Ordering::SeqCst);
        self.parker.unpark();
    }

    fn schedtrace(&self) -> Option<(Duration, bool)> {
        let setting = self.schedtrace.load(Ordering::SeqCst);
        let period = Duration::from_millis(setting >> 1);
        (!period.is_zero()).then_some((period, setting & 1 == 1))
    }
}

fn run(scheduler: &Arc<Scheduler>) {
    let sysmon = &scheduler.sysmon;
    let mut observed = vec![None; scheduler.processors.len()];
    let mut pause = SHORTEST;
    let (mut idle_rounds, mut long_rounds) = (0, 0);
    let mut last_trace = Instant::now();
    while !sysmon.stopping.load(Ordering::SeqCst) {
        sysmon.parker.park_until(Instant::now() + pause);
        sysmon.rounds.fetch_add(1, Ordering::Relaxed);
        let trace = sysmon.schedtrace();
        if let Some((period, detail)) = trace
            && last_trace.elapsed() >= period
        {
            last_trace = Instant::now();
            let snapshot = super::snapshot::Snapshot::take(scheduler);
            trace::print_line(&if detail {
                snapshot.detail()
            } else {
                snapshot.line()
            });
        }
        if look_around(scheduler, &mut observed) {
            (pause, idle_rounds, long_rounds) = (SHORTEST, 0, 0);
            continue;
        }
        idle_rounds += 1;
        if idle_rounds > PATIENCE {
            pause = (pause * 2).min(LONGEST);
        }
        if let Some((period, _)) = trace {
            pause = pause.min(period);
        }
        let all_idle = scheduler.idle_processors.load(Ordering::SeqCst)
            >= scheduler.active.load(Ordering::SeqCst);
        long_rounds = if all_idle && pause >= LONGEST {
            long_rounds + 1
        } else {
            0
        };
        if long_rounds > DEEP && trace.is_none() {
            sleep_deep(scheduler);
            (pause, idle_rounds, long_rounds) = (SHORTEST, 0, 0);
        }
    }
}

fn sleep_deep(scheduler: &Scheduler) {
    let sysmon = &scheduler.sysmon;
    sysmon.deep_asleep.store(true, Ordering::SeqCst);
    // Who takes a P now sees the flag; who took one before is seen here.
    let all_idle =
        scheduler.idle_processors.load(Ordering::SeqCst) >= scheduler.active.load(Ordering::SeqCst);
    if all_idle && !sysmon.stopping.load(Ordering::SeqCst) {
        sysmon.parker.park();
    }
    sysmon.deep_asleep.store(false, Ordering::SeqCst);
}

/// True when there was something to do.
fn look_around(scheduler: &Scheduler, observed: &mut [Option<Observed>]) -> bool {
    let now = Instant::now();
    let mut busy = false;
    if let Some(last) = scheduler.watch.last_poll()
        && nanoseconds(scheduler.start, now) > last + SLICE.as_nanos() as u64
    {
        busy |= scheduler.watch.look(scheduler);
    }
    busy |= scheduler.run_timers_of_the_dead();
    for (processor, observed) in scheduler.processors.iter().zip(observed) {
        match processor.status() {
            Status::Running => busy |= preempt(scheduler, processor, observed, now),
            Status::Syscall => busy |= retake(scheduler, processor, observed, now),
            Status::Idle => *observed = None,
            Status::Dead => {
                *observed = None;
                if processor.id >= scheduler.active.load(Ordering::Relaxed) {
                    // So are all behind it.
                    break;
                }
            }
        }
    }
    busy
}

fn look<'a>(
    observed: &'a mut Option<Observed>,
    processor: &Processor,
    now: Instant,
) -> &'a mut Observed {
    observed.get_or_insert_with(|| Observed {
        tick: processor.tick.load(Ordering::Relaxed),
        since: now,
        syscall_tick: processor.syscall_tick.load(Ordering::Relaxed),
        syscall_since: now,
    })
}

/// Asks a task to give up its turn that has had a whole slice.
fn preempt(
    scheduler: &Scheduler,
    processor: &Processor,
    observed: &mut Option<Observed>,
    now: Instant,
) -> bool {
    let tick = processor.tick.load(Ordering::Relaxed);
    let observed = look(observed, processor, now);
    if observed.tick != tick {
        (observed.tick, observed.since) = (tick, now);
        return false;
    }
    if now.duration_since(observed.since) < SLICE || processor.preempt.load(Ordering::Relaxed) {
        return false;
    }
    let somebody_waits = !processor.queue.is_empty()
        || scheduler.global_length() > 0
        || processor.earliest() != u64::MAX;
    if somebody_waits {
        processor.preempt.store(true, Ordering::Relaxed);
    }
    somebody_waits
}

/// Takes a P from an M that is in a system call since the last round at least.
fn retake(
    scheduler: &Scheduler,
    processor: &Processor,
    observed: &mut Option<Observed>,
    now: Instant,
) -> bool {
    let tick = processor.syscall_tick.load(Ordering::Relaxed);
    let seen = observed.is_some();
    let observed = look(observed, processor, now);
    if !seen || observed.syscall_tick != tick {
        (observed.syscall_tick, observed.syscall_since) = (tick, now);
        // Come again soon.
        return true;
    }
    // While there is nothing to do for it and others look around, it may keep it for a while.
    let others_look = scheduler.spinning.load(Ordering::SeqCst)
        + scheduler.idle_processors.load(Ordering::SeqCst)
        > 0;
    if processor.queue.is_empty()
        && others_look
        && now.duration_since(observed.syscall_since) < SLICE
    {
        return false;
    }
    if !processor.take_from_syscall(Status::Running) {
        return false;
    }
    Processor::count(&processor.syscall_tick);
    Seat::current(|seat| {
        trace::emit_processor(scheduler, seat, trace::Kind::Retake, processor.id);
    });
    scheduler.hand_off(processor.id);
    true
}
