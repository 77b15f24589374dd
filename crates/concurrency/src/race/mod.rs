//! A race detector: two accesses to one variable, one of them a write, and nothing that orders them.
//!
//! Go's `-race` is famous for finding what no test can: a race that did no harm in this run. It
//! does so because it does not look for harm. It keeps the *order* that the program itself has made, and
//! asks at each access whether the one before it is part of that order. This one does the same,
//! in the same way, for programs that are written with its types.
//!
//! # Happens before
//!
//! A *strand* is a thread or a task. What it does is in order. Between strands there is order only
//! where one *releases* and the other *acquires*: an unlock and the next lock, a send and its receive, the
//! start of a thread, its end and the join. Each strand has a vector clock, which says how much of each other
//! strand's life has happened before now. A release leaves the clock with the lock, in the message, with the
//! new thread; an acquire joins it to one's own. Each variable has a shadow that remembers who accessed it
//! last, and when by that strand's own count. An access whose predecessor is not covered by the clock is
//! a race, even if an hour has passed in between; how that is done with little more than two numbers for
//! each variable is told in [`shadow`].
//!
//! ```
//! use concurrency::race::{self, Mutex, Tracked};
//!
//! let (num, lock) = (Tracked::new("num", 0), Mutex::new(()));
//! let racy = race::check(|| {
//!     race::scope(|scope| {
//!         scope.spawn(|| num.update(|num| num + 1));
//!         scope.spawn(|| num.update(|num| num - 1));
//!     });
//! });
//! println!("{racy}");
//! assert!(racy.races[0].to_string().contains("WARNING: DATA RACE"));
//!
//! let mended = race::check(|| {
//!     race::scope(|scope| {
//!         for amount in [1, -1] {
//!             let (num, lock) = (&num, &lock);
//!             scope.spawn(move || {
//!                 let _locked = lock.lock();
//!                 num.update(|num| num + amount);
//!             });
//!         }
//!     });
//! });
//! assert!(mended.races.is_empty());
//! ```
//!
//! # How it sees
//!
//! Go's compiler puts a call in front of each access to memory. A library cannot; so what is to be
//! watched is said to be: variables are [`Tracked`], and locks, channels, threads and tasks come from
//! here. Each is the chapter's own with a clock in it: in the value that a lock guards, in the message
//! that a channel carries, so that the clock goes wherever the order goes, and needs no lock of its own.
//! (The alternative is hooks in the real ones. They would be paid for by all programs, and in each lock
//! the reader would have to look past them.)
//!
//! # What it costs
//!
//! An access that repeats one of the same epoch costs a comparison. One that does not has to remember who called
//! whom, in case it turns out to be half of a race, and that is dear: a walk up the stack takes tens of
//! microseconds, a thousand times what the access takes. (Go's notes each call as it happens, in a ring
//! for each goroutine.) And a clock has an entry for each strand that there ever was.
//!
//! # What it does not see
//!
//! - What did not happen. A race behind a branch that was not taken is not reported; a model checker such
//!   as loom takes every branch that an interleaving leads to.
//! - A race that luck has put in order. One strand writes a variable and then locks a mutex for some other
//!   reason, another locks it and then writes the variable: if they came in this order, the mutex has
//!   ordered the writes. The other way round it is a race.
//! - Order that was made with other means than these: it reports a race where there is none.
//! - Strands that were not started from here; and what goes on after [`check`] has returned.
//!
//! Within that there is no false alarm, and up to a variable's first race none is missed: the tests
//! compare it with a search through the graph of all events, for random programs.
//!
//! Files in reading order: [`clock`], [`shadow`], `strand` (who runs), `session` (what is noted), `edge` (what
//! is passed on), `tracked`, `thread`, `task`, `mutex`, `rwlock`, `meet`, `atomic`, `channel`; then `stack` and [`report`].

pub mod clock;
pub mod shadow;

mod edge;
mod session;
mod strand;

mod tracked;

mod task;
mod thread;

mod atomic;
mod channel;
mod meet;
mod mutex;
mod rwlock;

pub mod report;
mod stack;

pub use atomic::Atomic;
pub use channel::{Receiver, Sender, channel};
pub use meet::{Barrier, Once, Permit, Semaphore, WaitGroup};
pub use mutex::{Condvar, Mutex, MutexGuard};
pub use report::{Checked, Report};
pub use rwlock::{ReadGuard, RwLock, WriteGuard};
pub use task::{TaskHandle, spawn_task};
pub use thread::{JoinHandle, Scope, ScopedJoinHandle, scope, spawn};
pub use tracked::Tracked;

use std::sync::PoisonError;

use session::Session;
use strand::Strand;

/// Runs a program and looks for races among what it started.
///
/// The program should join what it starts: what still runs when it returns is no longer looked at.
pub fn check<T>(program: impl FnOnce() -> T) -> Checked<T> {
    let session = Session::new();
    let mut first = Some(Strand::first(&session));
    let value = strand::run(&mut first, program);
    let races = session.reports();
    Checked { value, races }
}

/// Nothing that is locked here is left half changed by a panic.
fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
