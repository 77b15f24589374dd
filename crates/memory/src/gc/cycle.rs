//! A cycle, as a machine that any thread can move on: begin, mark, finish, sweep.
//!
//! # Protocol
//!
//! `state.cycle` is locked by whoever moves the cycle on. The phase changes with every mutator's lock held, so
//! it stays what it is while a scope is open; only the last change, from sweeping to idle, is done with
//! the world running, and then each mutator's lock is taken once (*handshake*): a scope opened before
//! could still allocate black, and its mark would survive the clearing.
//!
//! To stop the world is to take the mutators' locks. A mutator that is outside of a scope holds none, so nobody
//! waits for one that sleeps. `gate` keeps those out that would come back before we have all.
#![allow(unsafe_code)]

use std::collections::HashSet;
use std::mem;
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use super::collector::Collector;
use super::edge::{Index, Trace, Visitor};
use super::heap::{Local, Shared, lock};
use super::marker::Marker;
use super::pacer::Pacer;
use super::pause::{Kind, Pause};
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
}

type Locals<'a> = [MutexGuard<'a, Local>];

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
                // Nothing is grey yet. But whoever lost the processor in the midst of a scope is waited for
                // here, where nobody stands still for it.
                self.gather(cycle);
                let ((), took) = self.stopped(|locals| self.begin(cycle, locals));
                return Some((Kind::Begin, took));
            }
            Phase::Mark => {
                cycle.marker.mark(&self.space, self.config.step);
                if cycle.marker.is_done() {
                    self.gather(cycle);
                }
                if cycle.marker.is_done() {
                    let ((), took) = self.stopped(|locals| self.finish(cycle, locals));
                    return Some((Kind::Finish, took));
                }
            }
            Phase::Sweep => self.sweep(cycle),
        }
        None
    }

    /// A whole cycle with the world stopped.
    pub(super) fn collect_stopped(&self, cycle: &mut Cycle) {
        let ((), took) = self.stopped(|locals| {
            self.begin(cycle, locals);
            cycle.marker.mark(&self.space, usize::MAX);
            self.finish(cycle, locals);
            while cycle.sweep < self.space.words() {
                self.sweep_part(cycle);
            }
            self.end(cycle);
        });
        self.note(cycle, Kind::Whole, took);
    }

    /// Runs `body` while no scope is open, and says how long the world stood still.
    pub(super) fn stopped<R>(&self, body: impl FnOnce(&mut Locals<'_>) -> R) -> (R, Duration) {
        let asked = Instant::now();
        let gate = lock(&self.gate);
        self.stopping.store(true, Ordering::Relaxed);
        let mutators = lock(&self.mutators);
        let mut locals: Vec<_> = mutators.iter().map(|mutator| lock(mutator)).collect();
        let result = body(&mut locals);
        drop(locals);
        self.stopping.store(false, Ordering::Relaxed);
        drop(gate);
        (result, asked.elapsed())
    }

    fn begin(&self, cycle: &mut Cycle, locals: &mut Locals<'_>) {
        for local in locals {
            let unused = self.space.give_back(&mut local.claim);
            self.used.fetch_sub(unused, Ordering::Relaxed);
        }
        cycle.allocated_before = self.allocated.load(Ordering::Relaxed);
        let mut roots = lock(&self.roots);
        roots.retain(|pin| Arc::strong_count(pin) > 1);
        for pin in roots.iter() {
            cycle.marker.shade(&self.space, pin.index());
        }
        self.set_phase(Phase::Mark);
    }

    /// If nothing is grey: marking is complete.
    fn finish(&self, cycle: &mut Cycle, locals: &mut Locals<'_>) {
        for local in locals {
            cycle.marker.take_over(&mut local.grey);
        }
        if !cycle.marker.is_done() {
            return;
        }
        lock(&self.weaks).retain(|weak| {
            let is_dead = weak
                .index()
                .is_some_and(|index| !self.space.is_marked(index));
            if is_dead {
                weak.clear();
            }
            !is_dead && Arc::strong_count(weak) > 1
        });
        cycle.sweep = 0;
        self.set_phase(Phase::Sweep);
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
            // scope was open, and so is in no scope now.
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
        for mutator in lock(&self.mutators).iter() {
            cycle.marker.take_over(&mut lock(mutator).grey);
        }
    }

    /// Waits until every scope that is open now has been closed, one after the other.
    fn handshake(&self) {
        let _gate = lock(&self.gate);
        self.stopping.store(true, Ordering::Relaxed);
        for mutator in lock(&self.mutators).iter() {
            drop(lock(mutator));
        }
        self.stopping.store(false, Ordering::Relaxed);
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
