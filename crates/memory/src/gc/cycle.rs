//! A cycle, as a machine that any thread can move on: begin, mark, finish, sweep.
//!
//! # Protocol
//!
//! `cycle` is locked by whoever moves the cycle on. The phase changes while every mutator is held at its
//! [`Safepoint`], so it stays what it is while a scope is open; only the last change, from sweeping to
//! idle, is made with the world running, and then each mutator is met once (*handshake*): a scope opened
//! before could still allocate black, and its mark would survive the clearing.
//!
//! While the world is stopped, nothing is done that grows with the heap, the roots or the weak references:
//!
//! - Roots are read when marking has begun. Of one that is dropped before that, the object is needed
//!   no more, or a barrier has seen it being stored; one that is made meanwhile is grey from the start.
//! - Weak references are cleared when marking has ended; until then the marks say which are dead. A scope
//!   may just have read one that is about to be cleared, so there is a handshake before slots are swept.
//! - All mutators are met before they are stopped. One that lost the processor in the midst of a scope is waited
//!   for then, when nobody stands still for it. If one is late all the same, the stop is called off.
#![allow(unsafe_code)]

use std::collections::HashSet;
use std::mem;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::collector::Collector;
use super::edge::{Index, Trace, Visitor};
use super::heap::{Shared, lock};
use super::marker::Marker;
use super::pacer::Pacer;
use super::pause::{Kind, Pause};
use super::safepoint::{self, Held, Safepoint};
use super::scope::WeakPin;
use super::space::Colour;

/// How many words of the bitmaps a step sweeps.
const SWEEP: usize = 4096;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    Idle,
    Mark,
    Sweep,
}

/// What whoever moves the cycle on needs.
#[derive(Debug)]
pub(super) struct Cycle {
    marker: Marker,
    /// Slots of the table of roots that were not looked at yet.
    roots: Range<usize>,
    /// Whether this cycle's weak references to dead objects are cleared.
    weaks_cleared: bool,
    /// The next word to sweep.
    sweep: usize,
    pub(super) pacer: Pacer,
    /// Objects allocated before the cycle began.
    allocated_before: usize,
    pub(super) pauses: Vec<Pause>,
    pub(super) cycles: usize,
}

impl Cycle {
    pub(super) fn new(pacer: Pacer) -> Self {
        Cycle {
            marker: Marker::default(),
            roots: 0..0,
            weaks_cleared: true,
            sweep: 0,
            pacer,
            allocated_before: 0,
            pauses: Vec::new(),
            cycles: 0,
        }
    }

    /// Takes over objects that the barrier of a mutator that ends has marked.
    pub(super) fn take_over(&mut self, grey: &mut Vec<Index>) {
        self.marker.take_over(grey);
    }

    fn is_marked(&self) -> bool {
        self.roots.is_empty() && self.marker.is_done()
    }
}

type Locals<'a> = [Held<'a>];

impl<T: Trace> Shared<T> {
    /// Moves the cycle on by one step. If the program's own thread does it, the step is a pause;
    /// otherwise only the time for which the world is stopped.
    pub(super) fn advance(&self, cycle: &mut Cycle) {
        let start = Instant::now();
        let stopped = self.step(cycle);
        if self.config.collector == Collector::Incremental {
            self.note(cycle, Kind::Step, start.elapsed());
        } else if let Some((kind, took)) = stopped {
            self.note(cycle, kind, took);
        }
        if self.config.check {
            self.stopped(|locals| self.assert_no_black_to_white(cycle, locals));
        }
    }

    /// Says for how long the world was stopped, if it was.
    fn step(&self, cycle: &mut Cycle) -> Option<(Kind, Duration)> {
        match self.phase() {
            Phase::Idle => {
                self.gather(cycle);
                let ((), took) = self.stopped(|locals| self.begin(cycle, locals));
                return Some((Kind::Begin, took));
            }
            Phase::Mark => {
                self.mark(cycle, self.config.step);
                if cycle.is_marked() {
                    self.gather(cycle);
                }
                if cycle.is_marked() {
                    let ((), took) = self.stopped(|locals| self.finish(cycle, locals));
                    return Some((Kind::Finish, took));
                }
            }
            Phase::Sweep if !cycle.weaks_cleared => self.clear_weaks(cycle),
            Phase::Sweep => self.sweep(cycle),
        }
        None
    }

    /// A whole cycle with the world stopped. One that steps have begun is completed first: begun anew, it
    /// would leave grey objects to the next cycle, when what they refer to is gone.
    pub(super) fn collect_stopped(&self, cycle: &mut Cycle) {
        self.complete(cycle);
        let ((), took) = self.stopped(|locals| {
            self.begin(cycle, locals);
            self.mark(cycle, usize::MAX);
            self.finish(cycle, locals);
            self.clear_dead(&mut lock(&self.weaks));
            while cycle.sweep < self.space.words() {
                self.sweep_part(cycle);
            }
            self.end(cycle);
        });
        self.note(cycle, Kind::Whole, took);
    }

    /// Runs `body` while no scope is open, and says how long the world stood still.
    pub(super) fn stopped<R>(&self, body: impl FnOnce(&mut Locals<'_>) -> R) -> (R, Duration) {
        let mutators = lock(&self.mutators);
        let mut world = safepoint::stop(&mutators);
        let result = body(&mut world.locals);
        drop(world.locals);
        (result, world.called_off + world.asked.elapsed())
    }

    fn begin(&self, cycle: &mut Cycle, locals: &mut Locals<'_>) {
        for local in locals {
            let unused = self.space.give_back(&mut local.claim);
            self.used.fetch_sub(unused, Ordering::Relaxed);
        }
        cycle.allocated_before = self.allocated.load(Ordering::Relaxed);
        cycle.roots = self.roots.slots();
        self.set_phase(Phase::Mark);
    }

    /// So many roots, then so many objects.
    fn mark(&self, cycle: &mut Cycle, budget: usize) {
        let mut objects = Vec::new();
        self.roots.next(&mut cycle.roots, budget, &mut objects);
        for object in objects {
            cycle.marker.shade(&self.space, object);
        }
        cycle.marker.mark(&self.space, budget);
    }

    /// If nothing is grey: marking is complete.
    fn finish(&self, cycle: &mut Cycle, locals: &mut Locals<'_>) {
        for local in locals {
            cycle.marker.take_over(&mut local.grey);
        }
        if cycle.is_marked() {
            cycle.weaks_cleared = false;
            cycle.sweep = 0;
            self.set_phase(Phase::Sweep);
        }
    }

    /// The list is taken away for as long as it takes: threads that make weak references do not wait. Those
    /// are to live objects.
    fn clear_weaks(&self, cycle: &mut Cycle) {
        let mut weaks = mem::take(&mut *lock(&self.weaks));
        let cleared = self.clear_dead(&mut weaks);
        lock(&self.weaks).append(&mut weaks);
        if cleared {
            self.handshake();
        }
        cycle.weaks_cleared = true;
    }

    /// Clears weak references to objects without a mark, and says whether there were any.
    fn clear_dead(&self, weaks: &mut Vec<Arc<WeakPin>>) -> bool {
        let mut cleared = false;
        weaks.retain(|weak| {
            let is_dead = weak
                .index()
                .is_some_and(|index| !self.space.is_marked(index));
            if is_dead {
                weak.clear();
                cleared = true;
            }
            !is_dead && Arc::strong_count(weak) > 1
        });
        cleared
    }

    fn sweep(&self, cycle: &mut Cycle) {
        self.sweep_part(cycle);
        if cycle.sweep == self.space.words() {
            self.set_phase(Phase::Idle);
            self.handshake();
            self.end(cycle);
        }
    }

    fn sweep_part(&self, cycle: &mut Cycle) {
        let end = (cycle.sweep + SWEEP).min(self.space.words());
        for word in mem::replace(&mut cycle.sweep, end)..end {
            // SAFETY: this is the sweep phase. Claims from before the cycle were given back at its begin,
            // later ones are marked; so what is not marked is an object. It was not reachable when no
            // scope was open, and no weak reference has led to it since: so it is in no scope now.
            let dead = unsafe { self.space.sweep(word) };
            self.used.fetch_sub(dead, Ordering::Relaxed);
        }
    }

    /// Nobody allocates black any more: marks are cleared, and the next cycle is planned.
    fn end(&self, cycle: &mut Cycle) {
        self.set_phase(Phase::Idle);
        self.space.clear_marks();
        let allocated = self.allocated.load(Ordering::Relaxed) - cycle.allocated_before;
        let live = self.used.load(Ordering::Relaxed).saturating_sub(allocated);
        cycle.pacer.cycle_ended(live, allocated);
        self.trigger.store(cycle.pacer.trigger(), Ordering::Relaxed);
        self.goal.store(cycle.pacer.goal(), Ordering::Relaxed);
        self.cursor.store(0, Ordering::Relaxed);
        cycle.cycles += 1;
    }

    /// Takes what the barriers have made grey, from one mutator after the other while the rest run: so that
    /// the stop at the end seldom finds anything, and there need not be another.
    fn gather(&self, cycle: &mut Cycle) {
        let mut grey = Vec::new();
        self.meet(|mutator| {
            // Swapped, not copied: the mutator may want to go on.
            mem::swap(&mut mutator.hold().grey, &mut grey);
            cycle.marker.take_over(&mut grey);
        });
    }

    /// Waits until every scope that is open now has been closed, one after the other.
    fn handshake(&self) {
        self.meet(|mutator| drop(mutator.hold()));
    }

    fn meet(&self, mut meeting: impl FnMut(&Safepoint)) {
        for mutator in lock(&self.mutators).iter() {
            meeting(mutator);
        }
    }

    fn note(&self, cycle: &mut Cycle, kind: Kind, took: Duration) {
        let objects = self.used.load(Ordering::Relaxed);
        cycle.pauses.push(Pause {
            kind,
            took,
            objects,
        });
    }

    fn assert_no_black_to_white(&self, cycle: &Cycle, locals: &mut Locals<'_>) {
        if self.phase() != Phase::Mark {
            return;
        }
        let colours = self.colours(cycle, locals);
        let mut targets = Vec::new();
        for (index, _) in (0..)
            .zip(&colours)
            .filter(|(_, colour)| **colour == Colour::Black)
        {
            // SAFETY: a black slot is an object's, and nothing is swept in this phase.
            let object: &T = unsafe { self.space.get(index) };
            object.trace(&mut Visitor::new(&mut targets));
            for target in targets.drain(..) {
                let colour = colours[target as usize];
                assert!(
                    matches!(colour, Colour::Grey | Colour::Black),
                    "black object {index} refers to {target}, which is {colour:?}"
                );
            }
        }
    }

    /// Every slot's colour, while no scope is open.
    pub(super) fn colours(&self, cycle: &Cycle, locals: &mut Locals<'_>) -> Vec<Colour> {
        let mut grey: HashSet<Index> = cycle.marker.grey().collect();
        grey.extend(locals.iter().flat_map(|local| &local.grey));
        let is_claimed = |index| locals.iter().any(|local| local.claim.has(index));
        let colour = |index| match index {
            _ if !self.space.is_allocated(index) || is_claimed(index) => Colour::Free,
            _ if grey.contains(&index) => Colour::Grey,
            _ if self.space.is_marked(index) => Colour::Black,
            _ => Colour::White,
        };
        (0..self.space.capacity() as Index).map(colour).collect()
    }
}
