//! Locks and their kin, from one system call up.
//!
//! A lock needs two things: a word in memory that threads change atomically, and a way to sleep
//! until it changes. The first is the processor's, the second the kernel's: [`futex`]. The kernel
//! is asked only by who must sleep and by who must wake a sleeper, so that a lock which nobody else
//! wants costs two atomic operations and no system call.
//!
//! Files in reading order: [`futex`], `mutex`, `condvar`, `rwlock`, `once`, `wait_group`; then what
//! a mutex and a condition variable are enough for: `semaphore`, `barrier`; then what locks are
//! good for: `pool`, `map`; and [`refused`], what does not compile.
//!
//! None of these locks is poisoned by a panic, as std's are: Go's are not either. A guard unlocks
//! as the panic passes it, and whoever comes next sees the data as they were left. A type whose
//! data may be left half changed says so itself, where it changes them; a lock cannot know.
//!
//! They hold up the *thread*. A task that waits for long should wait in a channel instead; one that
//! holds a guard across an `.await` does not compile, since no guard may go to another thread:
//!
//! ```compile_fail,E0277
//! use concurrency::sync::Mutex;
//! fn spawn(_: impl Future + Send) {}
//!
//! static COUNT: Mutex<u32> = Mutex::new(0);
//! spawn(async {
//!     let mut count = COUNT.lock();
//!     std::future::ready(()).await;
//!     *count += 1;
//! });
//! ```

pub mod futex;

mod condvar;
mod mutex;
mod once;
mod rwlock;
mod wait_group;

mod barrier;
mod semaphore;

mod map;
mod pool;

pub mod refused;

pub use barrier::Barrier;
pub use condvar::Condvar;
pub use map::Map;
pub use mutex::{Mutex, MutexGuard};
pub use once::Once;
pub use pool::Pool;
pub use rwlock::{ReadGuard, RwLock, WriteGuard};
pub use semaphore::{Permit, Semaphore};
pub use wait_group::WaitGroup;

/// Makes `new` a `const fn`, so that a lock can be a `static`; but not under loom, whose atomics
/// are entries in a table.
macro_rules! const_new {
    ($(#[$attribute:meta])* $access:vis fn new($($argument:tt)*) -> Self $body:block) => {
        #[cfg(not(loom))]
        $(#[$attribute])*
        $access const fn new($($argument)*) -> Self $body

        #[cfg(loom)]
        $(#[$attribute])*
        $access fn new($($argument)*) -> Self $body
    };
}
use const_new;

/// A number for each thread that asks, counted from 0: it spreads threads over shards.
fn thread_index() -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static INDEX: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    INDEX.with(|index| *index)
}

/// How many shards there are: a few for each processor, and a power of two.
fn shard_count() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, |n| n.get());
    (4 * processors).next_power_of_two()
}

/// On a cache line of its own (two, as processors fetch them in pairs): what one thread changes
/// does not slow down its neighbours.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Apart<T>(T);
