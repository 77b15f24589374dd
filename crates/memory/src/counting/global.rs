//! The allocator that counts.
//!
//! `unsafe` is allowed for `GlobalAlloc`, whose promises are those of the allocator inside: each
//! call goes to the call of the same name with the same arguments, and its answer is returned as it
//! is. Counting touches one variable of the thread; it cannot panic, allocate or lock.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};

use super::counts::Counts;

/// Lets another allocator do the work, and counts what each thread asks for. See [`super::count`].
#[derive(Debug, Default)]
pub struct Counting<A = System>(A);

impl Counting {
    /// Over the system's allocator: malloc.
    pub const fn new() -> Counting {
        Counting(System)
    }
}

impl<A> Counting<A> {
    /// Over another allocator.
    pub const fn over(allocator: A) -> Counting<A> {
        Counting(allocator)
    }
}

// SAFETY: whatever the allocator inside promises holds, since its answers are returned unchanged.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what this call wants.
        let block = unsafe { self.0.alloc(layout) };
        note_allocation(block, layout);
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller promises what this call wants.
        let block = unsafe { self.0.alloc_zeroed(layout) };
        note_allocation(block, layout);
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller promises what this call wants.
        unsafe { self.0.dealloc(block, layout) };
        Counts::note(Counts {
            frees: 1,
            bytes_freed: layout.size() as u64,
            ..Counts::default()
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises what this call wants.
        let moved = unsafe { self.0.realloc(block, layout, size) };
        if !moved.is_null() {
            Counts::note(Counts {
                reallocations: 1,
                bytes: size.saturating_sub(layout.size()) as u64,
                bytes_freed: layout.size().saturating_sub(size) as u64,
                ..Counts::default()
            });
        }
        moved
    }
}

fn note_allocation(block: *mut u8, layout: Layout) {
    if !block.is_null() {
        Counts::note(Counts {
            allocations: 1,
            bytes: layout.size() as u64,
            ..Counts::default()
        });
    }
}
