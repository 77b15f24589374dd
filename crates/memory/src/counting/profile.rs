//! The allocator that remembers who asked.
//!
//! Every so many bytes, the one who asks is noted: the return addresses on its stack are the key of
//! a *call site*. Go's runtime does the same (`runtime.MemProfileRate`), and like there a sample
//! stands for all bytes since the last one, so that the sums are right though most requests are
//! never looked at.
//!
//! The delicate moment is that taking a sample itself allocates: the table of sites grows. A flag of
//! the thread says that it is within the profiler; a request made under it goes straight to the
//! allocator inside. The lock of the table is taken under the flag only, so no thread ever waits for
//! itself.
//!
//! `unsafe` is allowed for `GlobalAlloc`, whose promises are those of the allocator inside, for
//! each call goes there with the same arguments and its answer is returned as it is.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::sites::{self, Profile};

/// Lets another allocator do the work, and takes samples of who asks. Nothing is noted before
/// [`start`](Profiling::start).
#[derive(Debug)]
pub struct Profiling<A = System> {
    allocator: A,
    /// Bytes from one sample to the next; 0 takes none.
    rate: AtomicUsize,
}

thread_local! {
    // As in `counts.rs`: no destructor, no allocation.
    static WITHIN: Cell<bool> = const { Cell::new(false) };
    /// Bytes that this thread has asked for since its last sample.
    static SINCE_SAMPLE: Cell<usize> = const { Cell::new(0) };
}

impl Profiling {
    /// Over the system's allocator: malloc.
    pub const fn new() -> Profiling {
        Profiling::over(System)
    }
}

impl Default for Profiling {
    fn default() -> Profiling {
        Profiling::new()
    }
}

impl<A> Profiling<A> {
    /// Over another allocator.
    pub const fn over(allocator: A) -> Profiling<A> {
        Profiling {
            allocator,
            rate: AtomicUsize::new(0),
        }
    }

    /// Takes a sample every so many bytes of each thread from now on; with 1, of every request. (Go
    /// begins with 512 KiB.)
    pub fn start(&self, rate: usize) {
        self.rate.store(rate, Ordering::Relaxed);
    }

    /// Takes no more samples. Blocks that were noted are still seen to be freed.
    pub fn stop(&self) {
        self.rate.store(0, Ordering::Relaxed);
    }

    /// What was noted, by call site. Names are looked up here and not before: it is slow.
    pub fn profile(&self) -> Profile {
        within(sites::profile).unwrap_or_default()
    }

    /// Notes a block, if it is its turn.
    fn allocated(&self, block: *mut u8, size: usize) {
        let rate = self.rate.load(Ordering::Relaxed);
        // What the profiler itself asks for is nobody's.
        if rate == 0 || block.is_null() || WITHIN.try_with(Cell::get) != Ok(false) {
            return;
        }
        let since = SINCE_SAMPLE.try_with(|since| {
            let sum = since.get().saturating_add(size);
            since.set(if sum >= rate { 0 } else { sum });
            sum
        });
        if let Ok(bytes) = since
            && bytes >= rate
        {
            within(|| sites::note(block.addr(), bytes));
        }
    }

    /// A block that nobody has noted is looked up in vain. No sample, no look-up: the price is paid
    /// by those who profile.
    fn freed(&self, block: *mut u8) {
        if sites::any() {
            within(|| sites::forget(block.addr()));
        }
    }
}

/// Runs `work` unless the thread is within the profiler already, or at its end.
fn within<T>(work: impl FnOnce() -> T) -> Option<T> {
    if WITHIN.try_with(|within| within.replace(true)) != Ok(false) {
        return None;
    }
    let result = work();
    WITHIN.set(false);
    Some(result)
}

// SAFETY: whatever the allocator inside promises holds, since its answers are returned unchanged.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Profiling<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what this call wants.
        let block = unsafe { self.allocator.alloc(layout) };
        self.allocated(block, layout.size());
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what this call wants.
        let block = unsafe { self.allocator.alloc_zeroed(layout) };
        self.allocated(block, layout.size());
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // Before: afterwards another thread may have got the same address, and noted it.
        self.freed(block);
        // SAFETY: the caller promises what this call wants.
        unsafe { self.allocator.dealloc(block, layout) };
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Before, as above. Should it fail, the block is missing from the profile: a wrong number
        // and no more.
        self.freed(block);
        // SAFETY: the caller promises what this call wants.
        let moved = unsafe { self.allocator.realloc(block, layout, size) };
        self.allocated(moved, size);
        moved
    }
}
