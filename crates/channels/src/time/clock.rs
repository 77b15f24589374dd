//! The one thread that all timers share.
//!
//! A kernel could keep each timer (`timerfd_create`, `timer_create`), for a descriptor and two system
//! calls apiece. A program has thousands of timeouts, nearly all of which are stopped before their
//! time. So the deadlines are kept here, in order, and one thread sleeps until the first of them; the
//! kernel hears of a timer only when it is the first in the row.
//!
//! # The row
//!
//! A binary heap is the usual choice, and gives up an element in the middle only after a search. So
//! stopped timers are left in it until their time comes: timeouts of a minute that are stopped after
//! a millisecond pile up by the million. A B-tree finds by key: a stopped timer is gone at once, with
//! all that it owned.
//!
//! # The thread
//!
//! It starts with the first alarm. When it finds the row empty, it looks again after [`LINGER`], and
//! ends if it is still empty: a program that uses no timers has no thread for them, and one that sets
//! a timeout after another does not start a thread for each.
//!
//! It is only disturbed when it would wake too late. A timeout that is set and stopped again, while
//! the thread sleeps until something earlier, costs no system call.
//!
//! # The delicate moment
//!
//! An alarm rings without the lock: it wakes tasks, which runs code of their executor, and that may
//! well set or cancel alarms, even this one. So a cancel can come while the alarm rings. It marks the
//! alarm, so that it is not put back, and who wants to be sure that it is silent from now on waits
//! for the end of the ring (the kernel's `timer_delete_sync` does the same). The ring itself must not
//! wait for its own end: on the timers' thread a cancel never waits.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, WaitTimeoutResult};
use std::task::{Context, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// How long the thread waits for another alarm before it ends.
const LINGER: Duration = Duration::from_millis(100);

/// Later than any program runs, and early enough to be added to any time.
const NEVER: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

/// What is done when the time has come.
pub(crate) enum Alarm {
    Once(Box<dyn FnOnce() + Send>),
    Repeated(Box<dyn FnMut(&mut Context<'_>) -> Next + Send>),
}

/// When a repeated alarm wants to ring again.
pub(crate) enum Next {
    At(Instant),
    /// When its context's waker is used.
    WhenWoken,
    Never,
}

/// `duration` from now.
pub(crate) fn from_now(duration: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(duration).unwrap_or_else(|| now + NEVER)
}

/// Lets `alarm` ring at `deadline`.
pub(crate) fn set(deadline: Instant, alarm: Alarm) -> AlarmHandle {
    let mut row = CLOCK.lock();
    let id = row.next_id;
    row.next_id += 1;
    row.put(id, alarm, Some(deadline));
    CLOCK.see_to(&mut row, deadline);
    AlarmHandle { id }
}

/// How many alarms are set.
pub(crate) fn live() -> usize {
    let row = CLOCK.lock();
    let will_ring_again = |r: &Ringing| r.is_repeated && !r.is_cancelled;
    row.alarms.len() + usize::from(row.ringing.as_ref().is_some_and(will_ring_again))
}

/// A set alarm. Dropped, it is cancelled.
#[derive(Debug)]
pub(crate) struct AlarmHandle {
    id: u64,
}

impl AlarmHandle {
    /// Keeps it from ringing again; true if it was set. When it is ringing now, it may not have come
    /// to the end of that.
    pub(crate) fn cancel(&self) -> bool {
        // In a variable: what the alarm owns is dropped without the lock.
        let removed = CLOCK.remove(self.id);
        removed.is_some()
    }

    /// As [`cancel`](Self::cancel), and when it is ringing now, waits for the end of that.
    pub(crate) fn cancel_and_wait(&self) -> bool {
        let was_set = self.cancel();
        let mut row = CLOCK.lock();
        while row.is_ringing_elsewhere(self.id) {
            row = CLOCK.rung.wait(row).unwrap_or_else(|p| p.into_inner());
        }
        was_set
    }

    /// Lets it ring though nobody can cancel it any more.
    pub(crate) fn detach(self) {
        std::mem::forget(self);
    }
}

impl Drop for AlarmHandle {
    fn drop(&mut self) {
        self.cancel();
    }
}

static CLOCK: Clock = Clock {
    row: Mutex::new(Row {
        alarms: BTreeMap::new(),
        deadlines: BTreeSet::new(),
        ringing: None,
        next_id: 0,
        has_thread: false,
        wakes_at: None,
    }),
    changed: Condvar::new(),
    rung: Condvar::new(),
};

struct Clock {
    row: Mutex<Row>,
    /// The thread would wake too late. Only the thread waits for it.
    changed: Condvar,
    /// An alarm has rung to its end.
    rung: Condvar,
}

struct Row {
    /// All alarms but the one that rings. Those without a deadline wait for their waker.
    alarms: BTreeMap<u64, (Alarm, Option<Instant>)>,
    /// The deadlines of `alarms`, first come first.
    deadlines: BTreeSet<(Instant, u64)>,
    ringing: Option<Ringing>,
    next_id: u64,
    has_thread: bool,
    /// Until when the thread sleeps, while it does.
    wakes_at: Option<Instant>,
}

/// The alarm that the thread has taken out of the row.
struct Ringing {
    id: u64,
    thread: ThreadId,
    is_repeated: bool,
    /// It must not be put back.
    is_cancelled: bool,
    /// Its waker was used before it could be put back to wait for that.
    is_woken: bool,
}

impl Row {
    fn put(&mut self, id: u64, alarm: Alarm, deadline: Option<Instant>) {
        self.deadlines.extend(deadline.map(|at| (at, id)));
        self.alarms.insert(id, (alarm, deadline));
    }

    fn remove(&mut self, id: u64) -> Option<Alarm> {
        if let Some(ringing) = self.ringing.as_mut().filter(|r| r.id == id) {
            ringing.is_cancelled = true;
        }
        let (alarm, deadline) = self.alarms.remove(&id)?;
        if let Some(deadline) = deadline {
            self.deadlines.remove(&(deadline, id));
        }
        Some(alarm)
    }

    fn is_ringing_elsewhere(&self, id: u64) -> bool {
        let here = thread::current().id();
        let elsewhere = |ringing: &Ringing| ringing.id == id && ringing.thread != here;
        self.ringing.as_ref().is_some_and(elsewhere)
    }

    fn oversleeps(&self, deadline: Instant) -> bool {
        self.wakes_at.is_some_and(|wakes_at| wakes_at > deadline)
    }
}

impl Clock {
    fn lock(&self) -> MutexGuard<'_, Row> {
        self.row.lock().unwrap_or_else(|p| p.into_inner())
    }

    /// Makes sure that a thread is awake at `deadline`.
    fn see_to(&self, row: &mut Row, deadline: Instant) {
        if !row.has_thread {
            thread::Builder::new()
                .name("timers".to_owned())
                .spawn(|| CLOCK.run())
                .expect("the system has a thread for the timers");
            row.has_thread = true;
        } else if row.oversleeps(deadline) {
            self.changed.notify_one();
        }
    }

    fn remove(&self, id: u64) -> Option<Alarm> {
        let mut row = self.lock();
        let removed = row.remove(id);
        if row.deadlines.is_empty() && row.oversleeps(Instant::now() + LINGER) {
            self.changed.notify_one();
        }
        removed
    }

    /// What the thread does.
    fn run(&self) {
        let mut row = self.lock();
        loop {
            let now = Instant::now();
            row = match row.deadlines.first() {
                Some(&(deadline, id)) if deadline <= now => self.ring(row, id),
                Some(&(deadline, _)) => self.sleep(row, deadline - now).0,
                None => {
                    let (mut row, waited) = self.sleep(row, LINGER);
                    if waited.timed_out() && row.deadlines.is_empty() {
                        row.has_thread = false;
                        return;
                    }
                    row
                }
            };
        }
    }

    fn sleep<'a>(
        &'a self,
        mut row: MutexGuard<'a, Row>,
        duration: Duration,
    ) -> (MutexGuard<'a, Row>, WaitTimeoutResult) {
        row.wakes_at = Some(Instant::now() + duration);
        let (mut row, waited) = self
            .changed
            .wait_timeout(row, duration)
            .unwrap_or_else(|p| p.into_inner());
        row.wakes_at = None;
        (row, waited)
    }

    fn ring<'a>(&'a self, mut row: MutexGuard<'a, Row>, id: u64) -> MutexGuard<'a, Row> {
        let alarm = row.remove(id).expect("what has a deadline is in the row");
        row.ringing = Some(Ringing {
            id,
            thread: thread::current().id(),
            is_repeated: matches!(alarm, Alarm::Repeated(_)),
            is_cancelled: false,
            is_woken: false,
        });
        drop(row);
        // A waker is somebody else's code. Its panic, which was reported, is not the others' end.
        let again = panic::catch_unwind(AssertUnwindSafe(|| alarm.ring(id))).unwrap_or_default();
        self.put_back(id, again)
    }

    fn put_back(&self, id: u64, again: Option<(Alarm, Next)>) -> MutexGuard<'_, Row> {
        let mut row = self.lock();
        let ringing = row.ringing.take().expect("only this thread rings");
        self.rung.notify_all();
        let Some((alarm, next)) = again else {
            return row;
        };
        let deadline = match next {
            Next::At(deadline) => Some(deadline),
            Next::WhenWoken => ringing.is_woken.then(Instant::now),
            Next::Never => None,
        };
        if !ringing.is_cancelled && !matches!(next, Next::Never) {
            row.put(id, alarm, deadline);
            return row;
        }
        drop(row);
        drop(alarm);
        self.lock()
    }
}

impl Alarm {
    /// Gives back an alarm that may ring again.
    fn ring(self, id: u64) -> Option<(Self, Next)> {
        match self {
            Self::Once(ring) => {
                ring();
                None
            }
            Self::Repeated(mut ring) => {
                let waker = Waker::from(Arc::new(RingAgain { id }));
                let next = ring(&mut Context::from_waker(&waker));
                Some((Self::Repeated(ring), next))
            }
        }
    }
}

/// What a repeated alarm waits for besides the time.
struct RingAgain {
    id: u64,
}

impl Wake for RingAgain {
    fn wake(self: Arc<Self>) {
        let mut row = CLOCK.lock();
        if let Some(ringing) = row.ringing.as_mut().filter(|r| r.id == self.id) {
            ringing.is_woken = true;
        } else if matches!(row.alarms.get(&self.id), Some((_, None))) {
            let (alarm, _) = row.alarms.remove(&self.id).expect("it is there");
            let now = Instant::now();
            row.put(self.id, alarm, Some(now));
            CLOCK.see_to(&mut row, now);
        }
    }
}
