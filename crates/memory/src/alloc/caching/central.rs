//! Central lists: for each size class, the free objects that no thread's cache has.
//!
//! # Invariants
//!
//! - An object of a span is used (its bit is set) while it is with an owner, in a thread's cache, or in
//!   `waiting`.
//! - `with_room` lists the class's spans that have an unused object.
//! - A span without a used object goes back to the page heap, unless it is the only one with room:
//!   a program that frees and allocates one object at the edge would send it to and fro.

use std::sync::atomic::Ordering::Relaxed;

use super::classes::Class;
use super::pages::{NONE, PAGE, Pages};

/// An object: its offset from the reservation's start, in units of 16 bytes.
pub(super) type Object = u32;

/// How many objects wait at most for the next cache that asks.
const WAITING: usize = 256;
const PAGE_UNITS: u32 = (PAGE / 16) as u32;

/// Gives and takes spans: the page heap, under its lock.
pub(super) trait Spans {
    fn allocate(&mut self, len: u32) -> Option<u32>;
    fn free(&mut self, span: u32);
}

#[derive(Debug)]
pub(super) struct Central {
    /// Batches that one cache gave and the next will take, without a look at their spans.
    waiting: [Object; WAITING],
    len: usize,
    /// The head of the list.
    with_room: u32,
}

impl Central {
    pub(super) const fn new() -> Self {
        Central {
            waiting: [0; WAITING],
            len: 0,
            with_room: NONE,
        }
    }

    /// Fills `objects` from its start and says how many it got: fewer than wanted only if there is no more
    /// memory.
    pub(super) fn take(
        &mut self,
        class: Class,
        objects: &mut [Object],
        pages: Pages<'_>,
        spans: &mut impl Spans,
    ) -> usize {
        let waiting = objects.len().min(self.len);
        self.len -= waiting;
        objects[..waiting].copy_from_slice(&self.waiting[self.len..self.len + waiting]);
        let mut got = waiting;
        while got < objects.len() {
            if self.with_room == NONE {
                let Some(span) = spans.allocate(class.pages()) else {
                    break;
                };
                pages.link(&mut self.with_room, span);
            }
            got += self.take_from(self.with_room, class, &mut objects[got..], pages);
        }
        got
    }

    pub(super) fn give(
        &mut self,
        class: Class,
        objects: &[Object],
        pages: Pages<'_>,
        spans: &mut impl Spans,
    ) {
        let room = (2 * class.batch()).min(WAITING) - self.len.min(2 * class.batch());
        let (wait, rest) = objects.split_at(objects.len().min(room));
        self.waiting[self.len..self.len + wait.len()].copy_from_slice(wait);
        self.len += wait.len();
        for &object in rest {
            self.give_to_span(class, object, pages, spans);
        }
    }

    fn take_from(
        &mut self,
        span: u32,
        class: Class,
        objects: &mut [Object],
        pages: Pages<'_>,
    ) -> usize {
        let all = class.objects();
        let (start, units) = (span * PAGE_UNITS, (class.size() / 16) as u32);
        let mut got = 0;
        for (index, word) in pages.bits(span)[..all.div_ceil(64)].iter().enumerate() {
            let mut bits = word.load(Relaxed);
            let here = (all - index * 64).min(64) as u32;
            while got < objects.len() && bits.trailing_ones() < here {
                let bit = bits.trailing_ones();
                bits |= 1 << bit;
                objects[got] = start + (index as u32 * 64 + bit) * units;
                got += 1;
            }
            word.store(bits, Relaxed);
        }
        let used = pages.used(span) + got as u32;
        pages.set_used_count(span, used);
        if used as usize == all {
            pages.unlink(&mut self.with_room, span);
        }
        got
    }

    fn give_to_span(
        &mut self,
        class: Class,
        object: Object,
        pages: Pages<'_>,
        spans: &mut impl Spans,
    ) {
        let span = pages.span_of(object / PAGE_UNITS);
        let index = (object - span * PAGE_UNITS) as usize / (class.size() / 16);
        let word = &pages.bits(span)[index / 64];
        word.store(word.load(Relaxed) & !(1 << (index % 64)), Relaxed);
        let used = pages.used(span);
        pages.set_used_count(span, used - 1);
        if used as usize == class.objects() {
            pages.link(&mut self.with_room, span);
        }
        let is_alone = self.with_room == span && pages.next(span) == NONE;
        if used == 1 && !is_alone {
            pages.unlink(&mut self.with_room, span);
            spans.free(span);
        }
    }
}
