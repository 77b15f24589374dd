//! Many deadlines, of which a wait needs the nearest.
//!
//! The kernel takes one timeout for a wait, a server has one for each connection, and nearly all of
//! them are cancelled before they are due. A binary heap gives the nearest at once but cannot find
//! the one to cancel: it would keep the dead until their time has come, or keep book of where each
//! stands. An ordered map does both in O(log n), without a line of its own to get wrong.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Deadlines, each with a value to get back when it has passed: a [`Token`](super::Token), say.
///
/// ```
/// use std::time::{Duration, Instant};
/// use mmap::poller::Timers;
///
/// let now = Instant::now();
/// let mut timers = Timers::new();
/// let slow = timers.insert(now + Duration::from_secs(60), "slow");
/// timers.insert(now + Duration::from_secs(1), "fast");
/// assert_eq!(timers.timeout(now), Some(Duration::from_secs(1))); // for Poller::wait
///
/// let later = now + Duration::from_secs(2);
/// assert_eq!(timers.expired(later).collect::<Vec<_>>(), ["fast"]);
/// assert_eq!(timers.cancel(slow), Some("slow"));
/// assert_eq!(timers.timeout(later), None);
/// ```
#[derive(Debug)]
pub struct Timers<T> {
    /// In the order in which they are due, equal ones in the order in which they came.
    queue: BTreeMap<TimerId, T>,
    /// The next id's; never used twice, so that an old id cancels nobody else.
    sequence: u64,
}

/// Names a timer for [`cancel`](Timers::cancel), for as long as its [`Timers`] live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId {
    deadline: Instant,
    sequence: u64,
}

impl<T> Timers<T> {
    /// None.
    pub fn new() -> Self {
        Timers {
            queue: BTreeMap::new(),
            sequence: 0,
        }
    }

    /// Keeps `value` until `deadline`.
    pub fn insert(&mut self, deadline: Instant, value: T) -> TimerId {
        let sequence = self.sequence;
        self.sequence += 1;
        let id = TimerId { deadline, sequence };
        self.queue.insert(id, value);
        id
    }

    /// Forgets a timer and gives its value back; `None` when it has expired or was cancelled.
    pub fn cancel(&mut self, id: TimerId) -> Option<T> {
        self.queue.remove(&id)
    }

    /// The nearest deadline.
    pub fn next(&self) -> Option<Instant> {
        self.queue.first_key_value().map(|(id, _)| id.deadline)
    }

    /// How long until then, zero if it has passed: what [`Poller::wait`](super::Poller::wait) takes.
    pub fn timeout(&self, now: Instant) -> Option<Duration> {
        let deadline = self.next()?;
        Some(deadline.saturating_duration_since(now))
    }

    /// Takes out what was due by `now`, the oldest first. What the iterator is not asked for stays.
    pub fn expired(&mut self, now: Instant) -> impl Iterator<Item = T> + use<'_, T> {
        std::iter::from_fn(move || {
            let first = self.queue.first_entry()?;
            (first.key().deadline <= now).then(|| first.remove())
        })
    }

    /// How many are neither expired nor cancelled.
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }
}

impl<T> Default for Timers<T> {
    fn default() -> Self {
        Timers::new()
    }
}
