//! The system's allocator, counting the bytes that are in use.
//!
//! Sound because each call goes on to `System` with what came in; the counter is all that is added.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering::Relaxed};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Off but for the memory workloads: a counter that all threads write would slow down, in the others,
/// the channels that allocate.
static ON: AtomicBool = AtomicBool::new(false);
static IN_USE: AtomicIsize = AtomicIsize::new(0);

pub(crate) fn start_counting() {
    ON.store(true, Relaxed);
}

/// Bytes allocated since [`start_counting`] and not freed.
pub(crate) fn in_use() -> isize {
    IN_USE.load(Relaxed)
}

struct Counting;

impl Counting {
    fn count(bytes: isize) {
        if ON.load(Relaxed) {
            IN_USE.fetch_add(bytes, Relaxed);
        }
    }
}

// SAFETY: `System` upholds the contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size().cast_signed());
        // SAFETY: the caller's promise about `layout` is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size().cast_signed());
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::count(-layout.size().cast_signed());
        // SAFETY: all blocks come from `System`, and the caller passes on the block's layout.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: as in `dealloc`; `size` is under the caller's promise.
        unsafe { System.realloc(block, layout, size) }
    }
}
