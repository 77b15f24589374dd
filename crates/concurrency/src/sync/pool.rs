//! Things that are dear to make, kept for the next who needs one.

use super::{Apart, Mutex, shard_count, thread_index};

/// Keeps things for reuse, after Go's `sync.Pool`.
///
/// Each thread has a shelf, which it finds by its number, so that threads seldom meet. One whose
/// shelf is empty looks at the others' before it makes a new thing.
///
/// Go's pool loses what it keeps at every second garbage collection; this one on
/// [`clear`](Self::clear).
///
/// ```
/// use concurrency::sync::Pool;
///
/// let buffers = Pool::new(|| Vec::<u8>::with_capacity(4096));
/// let mut buffer = buffers.get();
/// buffer.extend(b"used");
/// buffer.clear();
/// buffers.put(buffer);
/// assert_eq!(buffers.get().capacity(), 4096);
/// ```
#[derive(Debug)]
pub struct Pool<T, F = fn() -> T> {
    make: F,
    shelves: Box<[Apart<Mutex<Vec<T>>>]>,
}

impl<T, F: Fn() -> T> Pool<T, F> {
    /// An empty pool, and how a thing is made.
    pub fn new(make: F) -> Self {
        let shelves = (0..shard_count()).map(|_| Apart(Mutex::new(Vec::new())));
        Pool {
            make,
            shelves: shelves.collect(),
        }
    }

    /// One that was put here, the last one first; or a new one.
    pub fn get(&self) -> T {
        let (before, from_mine) = self.shelves.split_at(self.own());
        let kept = from_mine.iter().chain(before).find_map(|Apart(shelf)| {
            // A shelf that somebody is at is passed by: making one is better than waiting.
            shelf.try_lock()?.pop()
        });
        kept.unwrap_or_else(&self.make)
    }

    /// Keeps `thing` for another. It comes back as it is: who puts it here cleans it.
    pub fn put(&self, thing: T) {
        self.shelves[self.own()].0.lock().push(thing);
    }

    /// Drops all that is kept.
    pub fn clear(&self) {
        for Apart(shelf) in &self.shelves {
            // Dropped without the lock: a destructor may use this pool.
            let things = std::mem::take(&mut *shelf.lock());
            drop(things);
        }
    }

    fn own(&self) -> usize {
        thread_index() % self.shelves.len()
    }
}
