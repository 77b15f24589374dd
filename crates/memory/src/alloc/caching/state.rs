//! The one heap of the process: the reservation, the page heap, the central lists.
//!
//! Locks are taken in this order: the pool of caches, a central list (never two), the page heap.
#![allow(unsafe_code)]

use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

use super::central::{Central, Object, Spans};
use super::classes::{CLASSES, Class};
use super::kernel::{self, Reservation};
use super::page_heap::{Kernel, PageHeap, SpanUse};
use super::pages::{PAGE, Pages};
use super::spin::{Guard, Spin};

/// Where the reservation begins; null before the first request.
static BASE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
static PAGE_HEAP: Spin<Option<PageHeap<'static, Committed>>> = Spin::new(None);
static CENTRAL: [Spin<Central>; CLASSES] = [const { Spin::new(Central::new()) }; CLASSES];
/// Times that the kernel was given memory back.
static RELEASES: AtomicUsize = AtomicUsize::new(0);

/// What the heap holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Bytes of spans: blocks in use, and what waits in caches and central lists.
    pub spans: usize,
    /// Bytes of free pages that cost memory.
    pub kept: usize,
    /// Times that the kernel was given memory back.
    pub releases: usize,
}

/// What the heap of this process holds. All are 0 when nothing was allocated on it. Maps of their own,
/// which blocks over 1 MiB have, are not counted.
#[must_use]
pub fn statistics() -> Statistics {
    let releases = RELEASES.load(Ordering::Relaxed);
    PAGE_HEAP
        .lock()
        .as_ref()
        .map_or_else(Statistics::default, |heap| Statistics {
            spans: heap.in_use() as usize * PAGE,
            kept: heap.dirty_free() as usize * PAGE,
            releases,
        })
}

/// The spans of the heap of this process, by address. Those that other threads make while this looks may
/// be missing.
#[must_use]
pub fn spans() -> Vec<SpanUse> {
    let count = PAGE_HEAP.lock().as_ref().map_or(0, PageHeap::count_spans);
    // Room for all, and for those that this very allocation may make, before the lock is taken again.
    let mut spans = Vec::with_capacity(count + 64);
    if let Some(heap) = PAGE_HEAP.lock().as_ref() {
        let room = spans.capacity();
        heap.spans(|span| {
            if spans.len() < room {
                spans.push(span);
            }
        });
    }
    spans
}

pub(super) fn base() -> *mut u8 {
    BASE.load(Ordering::Relaxed)
}

/// The block, null if there is no memory, and whether it is filled with zeros.
pub(super) fn allocate_span(pages: u32) -> (*mut u8, bool) {
    let mut heap = page_heap();
    match heap.as_mut().and_then(|heap| heap.allocate(pages)) {
        Some((span, is_zero)) => (base().wrapping_add(span as usize * PAGE), is_zero),
        None => (ptr::null_mut(), false),
    }
}

pub(super) fn free_span(block: *mut u8) {
    let page = (block.addr() - base().addr()) / PAGE;
    let mut heap = page_heap();
    if let Some(heap) = heap.as_mut() {
        heap.free(page as u32);
    }
}

/// Fills `objects` from its start, and says how many there are.
pub(super) fn take(class: Class, objects: &mut [Object]) -> usize {
    let Some(pages) = pages() else { return 0 };
    let mut central = CENTRAL[class.index()].lock();
    central.take(class, objects, pages, &mut Locked)
}

pub(super) fn give(class: Class, objects: &[Object]) {
    let Some(pages) = pages() else { return };
    let mut central = CENTRAL[class.index()].lock();
    central.give(class, objects, pages, &mut Locked);
}

/// Takes every lock, for a fork.
pub(super) fn hold_all() {
    CENTRAL.iter().for_each(Spin::hold);
    PAGE_HEAP.hold();
}

pub(super) fn let_go_all() {
    PAGE_HEAP.let_go();
    CENTRAL.iter().for_each(Spin::let_go);
}

fn pages() -> Option<Pages<'static>> {
    page_heap().as_ref().map(PageHeap::pages)
}

/// The page heap, made by whoever comes first; `None` inside if there is no address space for it.
fn page_heap() -> Guard<'static, Option<PageHeap<'static, Committed>>> {
    let mut heap = PAGE_HEAP.lock();
    if heap.is_none()
        && let Some(Reservation { base, pages }) = kernel::reserve()
    {
        BASE.store(base, Ordering::Relaxed);
        *heap = Some(PageHeap::new(pages, Committed));
    }
    heap
}

struct Locked;

impl Spans for Locked {
    fn allocate(&mut self, len: u32) -> Option<u32> {
        let span = page_heap().as_mut()?.allocate(len)?;
        Some(span.0)
    }

    fn free(&mut self, span: u32) {
        if let Some(heap) = page_heap().as_mut() {
            heap.free(span);
        }
    }
}

/// The reservation's pages.
struct Committed;

impl Kernel for Committed {
    fn commit(&mut self, first: u32, len: u32) -> bool {
        let start = base().wrapping_add(first as usize * PAGE);
        // SAFETY: pages of the reservation that nobody uses yet.
        unsafe { kernel::commit(start, len as usize * PAGE) }
    }

    fn release(&mut self, first: u32, len: u32) -> bool {
        RELEASES.fetch_add(1, Ordering::Relaxed);
        let start = base().wrapping_add(first as usize * PAGE);
        // SAFETY: pages of a free span: nobody has a block there.
        unsafe { kernel::release(start, len as usize * PAGE) }
    }
}
