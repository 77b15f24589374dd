//! What is noted of each page.
//!
//! The notes lie in an array of their own, not in the pages: a free page need not be touched, and a
//! write beyond a block's end does not reach them. All fields are atomics, so the array can be shared
//! between page heap and central lists; they are read and written relaxed, under the lock of whoever
//! owns the span at the time: the page heap while it is free, its class's central list while it is cut
//! into objects, its owner while it is one block. It changes hands under the page heap's lock.

use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed};

/// Bytes of a page: a multiple of the kernel's.
pub const PAGE: usize = if cfg!(target_os = "macos") {
    16 << 10
} else {
    8 << 10
};

/// How many objects a span can have at most.
pub const OBJECTS: usize = PAGE / 16;

/// No page.
pub(super) const NONE: u32 = u32::MAX;

/// One page's notes. All zeros are those of a page that was never used.
#[derive(Debug, Default)]
pub struct Page {
    /// The first page of the span that this page is in. Free spans note it only in their first and
    /// last pages.
    first: AtomicU32,
    /// In a span's first page: how many it has.
    len: AtomicU32,
    /// In a span's first page: its neighbours in the list that it is in, plus one.
    next: AtomicU32,
    previous: AtomicU32,
    /// In a span's first page: how many objects are used; of a free span, how many pages are dirty.
    used: AtomicU32,
    /// In the first page: whether the page heap has the span.
    free: AtomicU8,
    /// In every page: whether it may hold something else than zeros, so that it costs memory.
    dirty: AtomicU8,
    /// In a span's first page: which objects are used.
    bits: [AtomicU64; OBJECTS / 64],
}

/// All pages. The numbers are pages; those with `span` in their name are first pages of a span.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pages<'a>(pub(super) &'a [Page]);

impl Pages<'_> {
    fn page(&self, page: u32) -> &Page {
        &self.0[page as usize]
    }

    pub(super) fn len(&self, span: u32) -> u32 {
        self.page(span).len.load(Relaxed)
    }

    pub(super) fn span_of(&self, page: u32) -> u32 {
        self.page(page).first.load(Relaxed)
    }

    pub(super) fn is_free(&self, span: u32) -> bool {
        self.page(span).free.load(Relaxed) != 0
    }

    /// Notes a free span's ends.
    pub(super) fn set_free(&self, span: u32, len: u32, dirty: u32) {
        let first = self.page(span);
        first.first.store(span, Relaxed);
        first.len.store(len, Relaxed);
        first.free.store(1, Relaxed);
        first.used.store(dirty, Relaxed);
        self.page(span + len - 1).first.store(span, Relaxed);
    }

    /// Notes a used span in all of its pages, with no objects in use.
    pub(super) fn set_used(&self, span: u32, len: u32) {
        for page in span..span + len {
            self.page(page).first.store(span, Relaxed);
            self.page(page).free.store(0, Relaxed);
            self.page(page).dirty.store(1, Relaxed);
        }
        let first = self.page(span);
        first.len.store(len, Relaxed);
        first.used.store(0, Relaxed);
        for word in &first.bits {
            word.store(0, Relaxed);
        }
    }

    pub(super) fn used(&self, span: u32) -> u32 {
        self.page(span).used.load(Relaxed)
    }

    pub(super) fn set_used_count(&self, span: u32, used: u32) {
        self.page(span).used.store(used, Relaxed);
    }

    pub(super) fn is_dirty(&self, page: u32) -> bool {
        self.page(page).dirty.load(Relaxed) != 0
    }

    pub(super) fn clean(&self, page: u32) {
        self.page(page).dirty.store(0, Relaxed);
    }

    pub(super) fn bits(&self, span: u32) -> &[AtomicU64; OBJECTS / 64] {
        &self.page(span).bits
    }

    /// Puts a span at the head of a list.
    pub(super) fn link(&self, head: &mut u32, span: u32) {
        self.page(span).previous.store(0, Relaxed);
        self.page(span).next.store(head.wrapping_add(1), Relaxed);
        if *head != NONE {
            self.page(*head).previous.store(span + 1, Relaxed);
        }
        *head = span;
    }

    /// Takes a span out of the list that it is in.
    pub(super) fn unlink(&self, head: &mut u32, span: u32) {
        let next = self.page(span).next.load(Relaxed);
        let previous = self.page(span).previous.load(Relaxed);
        if previous == 0 {
            *head = next.wrapping_sub(1);
        } else {
            self.page(previous - 1).next.store(next, Relaxed);
        }
        if next != 0 {
            self.page(next - 1).previous.store(previous, Relaxed);
        }
    }

    /// The span behind this one in its list, or [`NONE`].
    pub(super) fn next(&self, span: u32) -> u32 {
        self.page(span).next.load(Relaxed).wrapping_sub(1)
    }
}
