//! What the collector does while the program runs: roots, weak references, and meetings with mutators.

// The test's object names its edge, as `Trace` demands.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use memory::gc::{Collector, Colour, Config, Edge, Gc, Heap, Mutator, Root, Scope, Trace, Visitor};

const DEADLINE: Duration = Duration::from_secs(20);

struct Cell {
    number: usize,
    next: Edge<Cell>,
    is_alive: Arc<AtomicBool>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Cell {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        self.is_alive.store(false, Ordering::Relaxed);
    }
}

fn cell<'gc>(
    scope: &mut Scope<'gc, '_, Cell>,
    number: usize,
) -> Option<(Gc<'gc, Cell>, Arc<AtomicBool>)> {
    let is_alive = Arc::new(AtomicBool::new(true));
    let cell = Cell {
        number,
        next: Edge::empty(),
        is_alive: Arc::clone(&is_alive),
    };
    Some((scope.allocate(cell).ok()?, is_alive))
}

/// A cell that refers to another, and a root for the first.
fn pair(mutator: &mut Mutator<Cell>, number: usize) -> Root<Cell> {
    mutator.enter(|scope| {
        let (first, _) = cell(scope, number).expect("there is room");
        let (second, _) = cell(scope, number).expect("there is room");
        scope.link(first, |cell| &cell.next, Some(second));
        scope.root(first)
    })
}

/// A root for the second in place of the one for the first, which refers to it no more.
fn hand_on(mutator: &mut Mutator<Cell>, first: &Root<Cell>) -> Root<Cell> {
    mutator.enter(|scope| {
        let first = scope.open(first);
        let second = scope.follow(first, |cell| &cell.next).expect("a pair");
        scope.link(first, |cell| &cell.next, None);
        scope.root(second)
    })
}

#[test]
fn a_root_that_is_handed_on_while_roots_are_read_keeps_its_object() {
    const PAIRS: usize = 6;
    for moment in 0..3 * PAIRS {
        let config = Config::new(1024).collector(Collector::Incremental);
        let heap = Heap::new(config.step(1).check(true));
        let mut mutator = heap.mutator();
        let mut roots: Vec<_> = (0..PAIRS).map(|n| pair(&mut mutator, n)).collect();
        (0..moment).for_each(|_| {
            mutator.step();
        });
        // The last first: it was not read yet when the first was.
        for root in roots.iter_mut().rev() {
            *root = hand_on(&mut mutator, root);
        }
        while !mutator.step() {}
        mutator.collect();
        let colours = mutator.colours();
        let objects = colours.iter().filter(|colour| **colour != Colour::Free);
        assert_eq!(objects.count(), PAIRS, "handed on after {moment} steps");
        for (number, root) in roots.iter().enumerate() {
            mutator.enter(|scope| assert_eq!(scope.get(scope.open(root)).number, number));
        }
    }
}

/// At any moment of a cycle the object is either given out, and then it stays, or gone for good.
#[test]
fn what_a_weak_reference_gives_out_is_kept() {
    let mut outcomes = [0, 0];
    for moment in 0..8 {
        // Steps are made by hand: this collector makes none before a scope.
        let config = Config::new(1024).collector(Collector::Stop);
        let heap = Heap::new(config.step(1).check(true));
        let mut mutator = heap.mutator();
        let (_other, weak, is_alive) = mutator.enter(|scope| {
            let (other, _) = cell(scope, 1).expect("there is room");
            let (object, is_alive) = cell(scope, 2).expect("there is room");
            (scope.root(other), scope.weak(object), is_alive)
        });
        (0..moment).for_each(|_| {
            mutator.step();
        });
        let root = mutator.enter(|scope| {
            let object = scope.upgrade(&weak)?;
            Some(scope.root(object))
        });
        mutator.collect();
        assert_eq!(is_alive.load(Ordering::Relaxed), root.is_some());
        assert_eq!(
            mutator.enter(|scope| scope.upgrade(&weak).is_some()),
            root.is_some()
        );
        outcomes[usize::from(root.is_some())] += 1;
    }
    assert!(outcomes.iter().all(|&count| count > 0), "{outcomes:?}");
}

/// One thread fills the heap with garbage, so that slots are used again; others hold weak references only.
#[test]
fn a_weak_reference_leads_to_its_object_or_to_none() {
    let heap = Heap::new(Config::new(4096));
    let is_done = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut mutator = heap.mutator();
            while !is_done.load(Ordering::Relaxed) {
                if mutator.enter(|scope| cell(scope, usize::MAX).is_none()) {
                    mutator.collect();
                }
            }
        });
        let readers: Vec<_> = (0..2)
            .map(|_| threads.spawn(|| (0..50).for_each(|n| read_until_gone(&heap, n))))
            .collect();
        let results: Vec<_> = readers.into_iter().map(|reader| reader.join()).collect();
        is_done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(Result::is_ok));
    });
}

fn read_until_gone(heap: &Heap<Cell>, number: usize) {
    let mut mutator = heap.mutator();
    let (weak, is_alive) = loop {
        let made = mutator.enter(|scope| {
            let (object, is_alive) = cell(scope, number)?;
            Some((scope.weak(object), is_alive))
        });
        match made {
            Some(made) => break made,
            None => mutator.collect(),
        }
    };
    let is_there = |scope: &mut Scope<'_, '_, Cell>| {
        let Some(object) = scope.upgrade(&weak) else {
            return false;
        };
        assert_eq!(scope.get(object).number, number);
        assert!(is_alive.load(Ordering::Relaxed));
        true
    };
    while mutator.enter(is_there) {}
}

/// Wherever in a cycle the collector is: it meets the thread whose scope is open before it asks all to stop.
#[test]
fn a_long_scope_holds_up_the_collector_and_no_other_thread() {
    let heap = Heap::new(Config::new(1 << 16).collector(Collector::Stop));
    let (mut long, mut short, mut third) = (heap.mutator(), heap.mutator(), heap.mutator());
    let root = pair(&mut short, 0);
    while heap.cycles() < 2 {
        let is_stepping = AtomicBool::new(false);
        let (opened, is_open) = mpsc::channel();
        let (went_on, others) = mpsc::channel();
        let (long, third) = (&mut long, &mut third);
        thread::scope(|threads| {
            threads.spawn(move || {
                long.enter(|_| {
                    opened.send(()).expect("the test waits");
                    let waited = others.recv_timeout(DEADLINE);
                    waited.expect("the other thread goes on");
                });
            });
            is_open.recv().expect("the scope is opened");
            threads.spawn(|| {
                is_stepping.store(true, Ordering::Release);
                third.step();
            });
            while !is_stepping.load(Ordering::Acquire) {
                thread::yield_now();
            }
            for _ in 0..500 {
                short.enter(|scope| assert_eq!(scope.get(scope.open(&root)).number, 0));
            }
            went_on.send(()).expect("the scope is open");
        });
    }
}
