//! The page heap: runs of pages, split, merged, and given back to the kernel.
//!
//! It is a free list with coalescing once more (stage 2), of pages, and with its tags beside the
//! memory. Free spans are in a list for each length, so a fit is the first list that is not empty.
//!
//! # Invariants
//!
//! - Every page below `grown` is in one span; no two neighbouring spans are both free.
//! - A free span of n pages is in `lists[min(n, LISTS) - 1]`, and its count says how many of its pages are
//!   dirty. `dirty_free` is the sum of these.
//! - `dirty_free` is at most an eighth of the pages in use, and `SLACK`: what is beyond goes back.
//!
//! It calls the kernel through a trait, so the same code runs in property tests without any memory.

use super::pages::{NONE, Page, Pages};

/// Lengths with a list of their own; the last list has all longer ones.
const LISTS: usize = 128;
/// So many pages at least are made usable at a time.
const STEP: u32 = 512;
/// So many free pages are kept, even if little is in use.
const SLACK: u32 = 256;

/// What the page heap asks of the kernel. Ranges are pages.
pub trait Kernel {
    /// Makes pages usable, filled with zeros. Says whether it could.
    fn commit(&mut self, first: u32, len: u32) -> bool;
    /// Takes their memory back; they stay usable, filled with zeros. Says whether it did.
    fn release(&mut self, first: u32, len: u32) -> bool;
}

/// What a span is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanUse {
    /// Nobody has it.
    Free {
        /// How long it is.
        pages: u32,
        /// How many of them cost memory.
        dirty: u32,
    },
    /// Objects of one class.
    Objects {
        /// How long it is.
        pages: u32,
        /// How many objects are with owners or in caches.
        used: u32,
    },
    /// One block.
    Block {
        /// How long it is.
        pages: u32,
    },
}

/// Runs of pages.
#[derive(Debug)]
pub struct PageHeap<'a, K> {
    pages: Pages<'a>,
    kernel: K,
    lists: [u32; LISTS],
    /// Pages that were made usable.
    grown: u32,
    in_use: u32,
    dirty_free: u32,
}

impl<'a, K: Kernel> PageHeap<'a, K> {
    /// A heap of at most as many pages as there are notes, which must be new.
    pub fn new(pages: &'a [Page], kernel: K) -> Self {
        PageHeap {
            pages: Pages(pages),
            kernel,
            lists: [NONE; LISTS],
            grown: 0,
            in_use: 0,
            dirty_free: 0,
        }
    }

    /// Hands out `len` pages: the first one's number, and whether all are filled with zeros. None when
    /// the reservation is used up, or the kernel has no more.
    pub fn allocate(&mut self, len: u32) -> Option<(u32, bool)> {
        let found = self.find(len).or_else(|| {
            self.grow(len)?;
            self.find(len)
        });
        let span = found?;
        let (all, dirty) = (self.pages.len(span), self.pages.used(span));
        self.unlink(span);
        let dirty_here = if dirty == 0 { 0 } else { self.dirty(span, len) };
        if all > len {
            self.link(span + len, all - len, dirty - dirty_here);
        }
        self.pages.set_used(span, len);
        self.in_use += len;
        Some((span, dirty_here == 0))
    }

    /// Takes a span back.
    pub fn free(&mut self, mut span: u32) {
        let mut len = self.pages.len(span);
        self.in_use -= len;
        let mut dirty = len;
        let after = span + len;
        if after < self.grown && self.pages.is_free(after) {
            self.unlink(after);
            len += self.pages.len(after);
            dirty += self.pages.used(after);
        }
        if span > 0 && self.pages.is_free(self.pages.span_of(span - 1)) {
            span = self.pages.span_of(span - 1);
            self.unlink(span);
            len += self.pages.len(span);
            dirty += self.pages.used(span);
        }
        self.link(span, len, dirty);
        self.give_back(span);
    }

    /// Pages that are handed out.
    #[must_use]
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Free pages that cost memory.
    #[must_use]
    pub fn dirty_free(&self) -> u32 {
        self.dirty_free
    }

    /// How many spans there are.
    #[must_use]
    pub fn count_spans(&self) -> usize {
        let mut count = 0;
        self.spans(|_| count += 1);
        count
    }

    /// Shows every span, by address.
    pub fn spans(&self, mut show: impl FnMut(SpanUse)) {
        let mut span = 0;
        while span < self.grown {
            let (pages, used) = (self.pages.len(span), self.pages.used(span));
            show(match (self.pages.is_free(span), used) {
                (true, dirty) => SpanUse::Free { pages, dirty },
                (false, 0) => SpanUse::Block { pages },
                (false, used) => SpanUse::Objects { pages, used },
            });
            span += pages;
        }
    }

    pub(super) fn pages(&self) -> Pages<'a> {
        self.pages
    }

    fn find(&self, len: u32) -> Option<u32> {
        let list = (len as usize).min(LISTS) - 1;
        let short = self.lists[list..LISTS - 1].iter().copied();
        if let Some(span) = short.into_iter().find(|&head| head != NONE) {
            return Some(span);
        }
        let mut span = self.lists[LISTS - 1];
        while span != NONE && self.pages.len(span) < len {
            span = self.pages.next(span);
        }
        (span != NONE).then_some(span)
    }

    fn grow(&mut self, len: u32) -> Option<()> {
        let left = u32::try_from(self.pages.0.len()).ok()? - self.grown;
        let len = len.max(STEP).min(left);
        if len == 0 || !self.kernel.commit(self.grown, len) {
            return None;
        }
        let (mut first, mut whole, mut dirty) = (self.grown, len, 0);
        if first > 0 && self.pages.is_free(self.pages.span_of(first - 1)) {
            first = self.pages.span_of(first - 1);
            self.unlink(first);
            whole += self.pages.len(first);
            dirty = self.pages.used(first);
        }
        self.grown += len;
        self.link(first, whole, dirty);
        Some(())
    }

    /// If more free memory is kept than is allowed, gives it back down to half of that, so that the next
    /// frees need no call: first what has just been freed, then the longest spans.
    fn give_back(&mut self, freed: u32) {
        let allowed = self.in_use / 8 + SLACK;
        if self.dirty_free <= allowed {
            return;
        }
        self.release(freed);
        for list in (0..LISTS).rev() {
            let mut span = self.lists[list];
            while span != NONE && self.dirty_free > allowed / 2 {
                self.release(span);
                span = self.pages.next(span);
            }
        }
    }

    /// Gives the dirty pages of a free span back, run by run.
    fn release(&mut self, span: u32) {
        let (end, mut dirty) = (span + self.pages.len(span), self.pages.used(span));
        let mut page = span;
        while page < end && dirty > 0 {
            let first = page;
            while page < end && self.pages.is_dirty(page) {
                page += 1;
            }
            let run = page - first;
            if run > 0 && self.kernel.release(first, run) {
                (first..page).for_each(|page| self.pages.clean(page));
                dirty -= run;
                self.dirty_free -= run;
            }
            page += 1;
        }
        self.pages.set_used_count(span, dirty);
    }

    fn dirty(&self, first: u32, len: u32) -> u32 {
        let pages = first..first + len;
        pages.map(|page| u32::from(self.pages.is_dirty(page))).sum()
    }

    fn link(&mut self, span: u32, len: u32, dirty: u32) {
        self.pages.set_free(span, len, dirty);
        self.pages
            .link(&mut self.lists[(len as usize).min(LISTS) - 1], span);
        self.dirty_free += dirty;
    }

    fn unlink(&mut self, span: u32) {
        let list = (self.pages.len(span) as usize).min(LISTS) - 1;
        self.pages.unlink(&mut self.lists[list], span);
        self.dirty_free -= self.pages.used(span);
    }
}
