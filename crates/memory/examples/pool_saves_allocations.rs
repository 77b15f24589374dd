//! A pool of buffers makes a thousand requests out of as many allocations as are in use at once.
//!
//! Go has `sync.Pool` for it. The idea is a list of buffers that are not needed at the moment: take
//! one if there is one, make one if not, and put it back when done, emptied but with its memory. In
//! Rust the putting back is a destructor, so that it cannot be forgotten, nor done twice.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

const REQUESTS: u64 = 1000;
const AT_ONCE: usize = 3;
const SIZE: usize = 4096;

#[derive(Default)]
struct Pool(RefCell<Vec<Vec<u8>>>);

/// A buffer that goes back to its pool.
struct Lease<'a> {
    buffer: Vec<u8>,
    pool: &'a Pool,
}

impl Pool {
    fn take(&self) -> Lease<'_> {
        let buffer = self.0.borrow_mut().pop();
        Lease {
            buffer: buffer.unwrap_or_else(|| Vec::with_capacity(SIZE)),
            pool: self,
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.buffer.clear();
        let buffer = std::mem::take(&mut self.buffer);
        self.pool.0.borrow_mut().push(buffer);
    }
}

impl Deref for Lease<'_> {
    type Target = Vec<u8>;

    fn deref(&self) -> &Vec<u8> {
        &self.buffer
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }
}

fn main() {
    let (without, ()) = count(|| {
        for _ in 0..REQUESTS {
            let mut buffer = Vec::with_capacity(SIZE);
            buffer.extend_from_slice(b"answer");
        }
    });
    println!(
        "a buffer for each of {REQUESTS} requests: {} allocations",
        without.allocations
    );
    assert_eq!(without.allocations, REQUESTS);

    let pool = Pool(RefCell::new(Vec::with_capacity(AT_ONCE)));
    let (with, ()) = count(|| {
        for round in 0..REQUESTS {
            let in_use = round as usize % AT_ONCE + 1;
            let mut leases: [Option<Lease<'_>>; AT_ONCE] = [const { None }; AT_ONCE];
            for lease in leases.iter_mut().take(in_use) {
                let buffer = lease.insert(pool.take());
                assert!(buffer.is_empty(), "nothing of the last request is left");
                buffer.extend_from_slice(b"answer");
            }
        }
    });
    println!(
        "from a pool, up to {AT_ONCE} at once: {} allocations",
        with.allocations
    );
    assert_eq!(with.allocations, AT_ONCE as u64);
    assert_eq!(with.frees, 0);
}
