//! Waiting for whichever of several sends and receives is possible first.
//!
//! [`select!`](crate::select!) and [`select_async!`](crate::select_async!) are what programs use.
//! [`Select`] is for a number of cases that is only known at run time.

mod case;
mod macros;
mod wait;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::random;
pub use case::{Case, RecvCase, SendCase};
#[doc(hidden)]
pub use wait::{Entry, Order};
pub(crate) use wait::{Waiting, block};
use wait::{attempt, cancel};

/// A select over any number of cases.
///
/// ```
/// use channels::select::{RecvCase, Select};
/// use std::pin::pin;
///
/// let (tx, rx) = channels::channel(1);
/// let (_quiet_tx, quiet_rx) = channels::channel::<u8>(1);
/// tx.send("ready")?;
///
/// let mut quiet = pin!(RecvCase::new(&quiet_rx));
/// let mut ready = pin!(RecvCase::new(&rx));
/// let fired = Select::new().case(quiet.as_mut()).case(ready.as_mut()).wait();
///
/// assert_eq!(fired, 1);
/// assert_eq!(ready.finish(), Some(Ok("ready")));
/// assert_eq!(quiet.finish(), None);
/// # Ok::<(), channels::SendError<&str>>(())
/// ```
#[derive(Default)]
pub struct Select<'a> {
    entries: Vec<Entry<'a, dyn Case + Send + 'a>>,
    is_biased: bool,
}

impl<'a> Select<'a> {
    /// No cases yet. Waiting for none waits for ever.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a case. They are numbered from 0.
    #[must_use]
    pub fn case(mut self, case: Pin<&'a mut (dyn Case + Send + 'a)>) -> Self {
        self.entries.push(Entry::new(self.entries.len(), case));
        self
    }

    /// Of several possible cases the first is done, instead of any.
    #[must_use]
    pub fn biased(mut self) -> Self {
        self.is_biased = true;
        self
    }

    /// Waits until one case is done and returns its number. The outcome is in the case.
    pub fn wait(self) -> usize {
        self.wait_until(None)
            .expect("without a deadline a case fires")
    }

    /// Does a case that is possible now, if there is one.
    pub fn try_wait(mut self) -> Option<usize> {
        let order = self.order();
        attempt(&mut self.entries, order)
    }

    /// Waits, but not longer than `timeout`.
    pub fn wait_timeout(self, timeout: Duration) -> Option<usize> {
        self.wait_until(Instant::now().checked_add(timeout))
    }

    /// Waits, but not later than `deadline`.
    pub fn wait_deadline(self, deadline: Instant) -> Option<usize> {
        self.wait_until(Some(deadline))
    }

    fn wait_until(mut self, deadline: Option<Instant>) -> Option<usize> {
        let order = self.order();
        attempt(&mut self.entries, order).or_else(|| block(&mut self.entries, order, deadline))
    }

    /// Waits without holding up the thread. When the future is dropped before
    /// it is ready, what a receiving case was given goes back to its channel; a sending case may have
    /// sent.
    pub async fn wait_async(mut self) -> usize {
        let order = self.order();
        match attempt(&mut self.entries, order) {
            Some(done) => done,
            None => wait_async(&mut self.entries, order).await,
        }
    }

    fn order(&self) -> Order {
        if self.is_biased {
            Order::Biased
        } else {
            Order::Random
        }
    }
}

/// What the macros call first: attempts the cases of these numbers, until one is done.
///
/// As Go's `pollorder`, the order is a shuffle, so that each possible case is as likely as the others.
/// It is dealt card by card: mostly the first or the second will do.
#[doc(hidden)]
#[inline]
pub fn first_possible<const N: usize>(
    order: Order,
    mut attempt: impl FnMut(usize) -> bool,
) -> bool {
    let mut numbers: [usize; N] = std::array::from_fn(|number| number);
    for tried in 0..N {
        if order == Order::Random {
            numbers.swap(tried, tried + random::below(N - tried));
        }
        if attempt(numbers[tried]) {
            return true;
        }
    }
    false
}

/// What [`first_possible`] does with one case.
#[doc(hidden)]
#[inline]
pub fn attempt_case(case: Pin<&mut impl Case>) -> bool {
    case.attempt()
}

/// What `select!` calls when nothing is possible at once: [`Select`] without a list on the heap.
#[doc(hidden)]
pub fn wait_thread<'a>(
    entries: &mut [Entry<'_, dyn Case + 'a>],
    order: Order,
    limit: Limit,
) -> Option<usize> {
    match limit {
        Limit::Never => block(entries, order, None),
        Limit::Now => None,
        Limit::After(timeout) => block(entries, order, Instant::now().checked_add(timeout)),
    }
}

/// What `select_async!` calls when nothing is possible at once.
#[doc(hidden)]
pub fn wait_async<'s, 'a, 'b>(
    entries: &'s mut [Entry<'a, dyn Case + Send + 'b>],
    order: Order,
) -> Selecting<'s, 'a, 'b> {
    Selecting {
        waiting: Waiting::new(entries.len() > 1),
        entries,
        order,
    }
}

/// How long `select!` waits.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Limit {
    /// Until a case fires.
    Never,
    /// Not at all: it has a default arm.
    Now,
    /// As its timeout arm says.
    After(Duration),
}

/// The future of a select.
#[doc(hidden)]
pub struct Selecting<'s, 'a, 'b> {
    waiting: Waiting,
    entries: &'s mut [Entry<'a, dyn Case + Send + 'b>],
    order: Order,
}

impl Future for Selecting<'_, '_, '_> {
    type Output = usize;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<usize> {
        let (waiting, entries, order) = self.project();
        waiting.poll(context, entries, order)
    }
}

impl Drop for Selecting<'_, '_, '_> {
    #[inline]
    fn drop(&mut self) {
        if self.waiting.is_enlisted() {
            cancel(self.entries);
        }
    }
}

#[allow(unsafe_code)]
mod project {
    //! Sound: `waiting` is pinned with its owner and never moved; the other fields are not pinned.

    use super::{Case, Entry, Order, Pin, Selecting, Waiting};

    type Entries<'a, 'b> = [Entry<'a, dyn Case + Send + 'b>];

    impl<'a, 'b> Selecting<'_, 'a, 'b> {
        pub(super) fn project(
            self: Pin<&mut Self>,
        ) -> (Pin<&mut Waiting>, &mut Entries<'a, 'b>, Order) {
            // SAFETY: nothing is moved out of it.
            let this = unsafe { self.get_unchecked_mut() };
            // SAFETY: it is pinned as its owner is.
            let waiting = unsafe { Pin::new_unchecked(&mut this.waiting) };
            (waiting, &mut *this.entries, this.order)
        }
    }
}
