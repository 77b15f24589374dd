//! Stage 5, thread caches: an allocator for whole programs, after tcmalloc's and Go's.
//!
//! # Concepts
//!
//! ```text
//! thread cache   one for each thread, no lock: a stack of free objects for each size class
//!    ⇅ batches
//! central list   one for each size class, a lock: whole batches, and spans with their bitmaps
//!    ⇅ spans
//! page heap      one, a lock: runs of pages; splits, merges, gives memory back
//!    ⇅ megabytes
//! kernel         one reservation of address space, made usable piece by piece
//! ```
//!
//! - A *size class* is a size that requests are rounded up to; seventy-two of them lose at most an
//!   eighth ([`classes`]).
//! - A *span* is a run of pages cut into objects of one class, and a bitmap that says which are used.
//! - Most requests end in the thread's own cache: an index, no atomic operation, no shared line.
//!   A cache that runs dry or over trades a batch with the central list, so the lock's price is shared by
//!   dozens of objects.
//! - Nothing is written into free objects. To free one that is cold in the processor's cache costs
//!   nothing, and the allocator's state cannot be spoilt by a write to a freed object.
//! - `dealloc` is told the layout, and layout alone decides which way a block goes ([`Route`]): no
//!   header, no look-up.
//!
//! # Rejected
//!
//! Lists threaded through the free objects (tcmalloc's first design): every free writes to a cold line.
//! A cache for each *processor* (restartable sequences): better with many threads, and not portable.
//! A destructor by `thread_local!`: std may allocate to register it, which would come back here.
//!
//! # Threads end, and fork
//!
//! A thread's end hands its cache's objects to the central lists and the cache to the next thread. What runs
//! after that in the thread, other destructors for example, is served by the central lists directly.
//! `fork` copies one thread and all locks, held ones too: so all locks are taken before it and let
//! go after it, in parent and child (`pthread_atfork(3)`). What the other threads had in their
//! caches is lost to the child.
//!
//! # Soundness
//!
//! The page heap, the central lists and the caches hold numbers: pages, and offsets from the
//! reservation's start in units of 16 bytes. They are safe code. `unsafe` is in four places: the calls
//! of the kernel, the spin lock, the pointer to the thread's cache, and here, in the `GlobalAlloc`:
//! an object is handed out by one bitmap bit, taken under a lock, and from there it is in one cache
//! or with one owner, so no two blocks overlap; spans begin at pages and objects are only used for
//! alignments that divide their size, so blocks are aligned; a block lies in memory that was made
//! usable and stays so until its span goes back, which needs all its bits clear.
#![allow(unsafe_code)]

pub mod classes;
pub mod page_heap;
pub mod pages;

mod central;
mod kernel;
mod spin;
mod state;
mod thread;
mod thread_cache;

use std::alloc::{GlobalAlloc, Layout};
use std::ptr;

use classes::Class;
use pages::PAGE;

pub use page_heap::SpanUse;
pub use state::{Statistics, spans, statistics};
pub use thread::flush;

/// The allocator. It has one state for the process: every value of this type is the same allocator.
///
/// ```
/// use memory::alloc::ThreadCaching;
///
/// #[global_allocator]
/// static ALLOCATOR: ThreadCaching = ThreadCaching;
/// # let text = String::from("on our own heap");
/// # assert_eq!(text.len(), 15);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadCaching;

/// Above it a block is a map of its own.
const LARGEST_SPAN: usize = 1 << 20;

/// Which way a block goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// An object of a size class.
    Object(Class),
    /// A span of so many pages.
    Span(u32),
    /// A map of its own: large, or aligned beyond a page.
    Map,
}

impl Route {
    /// The way of all blocks with this layout.
    #[inline]
    #[must_use]
    pub fn of(layout: Layout) -> Self {
        let (size, align) = (layout.size(), layout.align());
        if align <= 16 && size <= classes::LARGEST {
            return Route::Object(Class::of(size));
        }
        Self::of_unusual(size, align)
    }

    fn of_unusual(size: usize, align: usize) -> Self {
        if align > PAGE || size > LARGEST_SPAN {
            return Route::Map;
        }
        match Class::aligned(size, align) {
            Some(class) => Route::Object(class),
            None => Route::Span(size.div_ceil(PAGE) as u32),
        }
    }
}

// SAFETY: see "Soundness" above. Nothing here unwinds: no code path panics unless a block is freed
// that was not handed out.
unsafe impl GlobalAlloc for ThreadCaching {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match Route::of(layout) {
            Route::Object(class) => thread::allocate(class),
            Route::Span(pages) => state::allocate_span(pages).0,
            Route::Map => kernel::map(layout.size(), layout.align()),
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match Route::of(layout) {
            Route::Object(class) => thread::free(class, block),
            Route::Span(_) => state::free_span(block),
            // SAFETY: by this route it came from `map`, with the same layout.
            Route::Map => unsafe { kernel::unmap(block, layout.size()) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let (block, is_zero) = match Route::of(layout) {
            Route::Object(class) => (thread::allocate(class), false),
            Route::Span(pages) => state::allocate_span(pages),
            Route::Map => (kernel::map(layout.size(), layout.align()), true),
        };
        if !is_zero && !block.is_null() {
            // SAFETY: the block is new and has so many bytes.
            unsafe { ptr::write_bytes(block, 0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that size, rounded up to the alignment, fits an isize.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (Route::of(layout), Route::of(wanted)) {
            (Route::Map, Route::Map) if layout.align() <= PAGE => {
                // SAFETY: by this route it came from `map`, with this size.
                let moved = unsafe { kernel::remap(block, layout.size(), size) };
                if !moved.is_null() {
                    return moved;
                }
            }
            // Its object or span is large enough as it is.
            (Route::Object(old), Route::Object(new)) if old == new => return block,
            (Route::Span(old), Route::Span(new)) if old == new => return block,
            _ => {}
        }
        // SAFETY: the layout has a size, as the caller promises.
        let new = unsafe { self.alloc(wanted) };
        if !new.is_null() {
            let len = size.min(layout.size());
            // SAFETY: both have as many bytes; the new block overlaps with none that is in use.
            unsafe { ptr::copy_nonoverlapping(block, new, len) };
            // SAFETY: it is the caller's block, with its layout, and not used any more.
            unsafe { self.dealloc(block, layout) };
        }
        new
    }
}
