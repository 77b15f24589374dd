//! The collectors against a naive computation of what is reachable.

// The test's object names its edges, as `Trace` demands.
#![allow(unsafe_code)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use common::cases;
use memory::gc::{
    Collector, Colour, Config, Edge, Full, Gc, Heap, Mutator, Pacer, Root, Trace, Visitor,
};
use proptest::prelude::*;

const ALL: [Collector; 3] = [
    Collector::Stop,
    Collector::Incremental,
    Collector::Concurrent,
];

struct Node {
    name: usize,
    edges: [Edge<Node>; 3],
    /// Names of nodes whose destructors ran.
    dropped: Arc<Mutex<BTreeSet<usize>>>,
}

// SAFETY: all three edges, which nothing moves.
unsafe impl Trace for Node {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        self.edges.iter().for_each(|edge| visitor.visit(edge));
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        assert!(
            self.dropped.lock().unwrap().insert(self.name),
            "dropped once"
        );
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// A new node, rooted.
    Make,
    /// From one node to another through edge n.
    Link(prop::sample::Index, usize, prop::sample::Index),
    Unlink(prop::sample::Index, usize),
    Unroot(prop::sample::Index),
    Advance,
    Collect,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = any::<prop::sample::Index>;
    let step = prop_oneof![
        3 => Just(Step::Make),
        5 => (index(), 0usize..3, index()).prop_map(|(a, n, b)| Step::Link(a, n, b)),
        1 => (index(), 0usize..3).prop_map(|(a, n)| Step::Unlink(a, n)),
        2 => index().prop_map(Step::Unroot),
        3 => Just(Step::Advance),
        1 => Just(Step::Collect),
    ];
    prop::collection::vec(step, 1..120)
}

/// The same graph, kept by hand.
#[derive(Default)]
struct Model {
    edges: BTreeMap<usize, [Option<usize>; 3]>,
    roots: Vec<(usize, Root<Node>)>,
}

impl Model {
    fn reachable(&self) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut left: Vec<usize> = self.roots.iter().map(|&(name, _)| name).collect();
        while let Some(name) = left.pop() {
            if seen.insert(name) {
                left.extend(self.edges[&name].iter().flatten());
            }
        }
        seen
    }
}

fn run(collector: Collector, steps: &[Step]) {
    let dropped = Arc::default();
    let heap = Heap::new(Config::new(4096).collector(collector).step(3).check(true));
    let mut mutator = heap.mutator();
    let mut model = Model::default();
    for (name, step) in steps.iter().enumerate() {
        match step {
            Step::Make => {
                let root = make(&mut mutator, name, &dropped);
                model.edges.insert(name, [None; 3]);
                model.roots.push((name, root));
            }
            Step::Advance => {
                mutator.step();
            }
            Step::Collect => mutator.collect(),
            _ if model.roots.is_empty() => {}
            Step::Link(from, edge, to) => {
                // From a root, one step along if there is one: not only roots are changed.
                let (start, target) = (from.get(&model.roots), to.get(&model.roots));
                let from = mutator.enter(|scope| {
                    let root = scope.open(&start.1);
                    let from = scope.follow(root, |node| &node.edges[0]).unwrap_or(root);
                    let target = scope.open(&target.1);
                    scope.link(from, |node| &node.edges[*edge], Some(target));
                    scope.get(from).name
                });
                let target = target.0;
                model.edges.get_mut(&from).unwrap()[*edge] = Some(target);
            }
            Step::Unlink(from, edge) => {
                let (name, root) = from.get(&model.roots);
                mutator.enter(|scope| {
                    let from = scope.open(root);
                    scope.link(from, |node| &node.edges[*edge], None);
                });
                let name = *name;
                model.edges.get_mut(&name).unwrap()[*edge] = None;
            }
            Step::Unroot(which) => {
                let which = which.index(model.roots.len());
                model.roots.swap_remove(which);
            }
        }
        let dropped = dropped.lock().unwrap();
        assert!(
            model.reachable().is_disjoint(&dropped),
            "nothing live was dropped"
        );
    }
    mutator.collect();
    let live = model.reachable();
    let dead: BTreeSet<_> = model
        .edges
        .keys()
        .copied()
        .filter(|name| !live.contains(name))
        .collect();
    assert_eq!(*dropped.lock().unwrap(), dead, "all else was");
    check_edges(&mut mutator, &model);
    let objects = mutator
        .colours()
        .iter()
        .filter(|colour| **colour != Colour::Free)
        .count();
    assert_eq!(objects, live.len());
    drop((model.roots, mutator, heap));
    assert_eq!(
        dropped.lock().unwrap().len(),
        model.edges.len(),
        "the heap's end drops the rest"
    );
}

fn make(
    mutator: &mut Mutator<Node>,
    name: usize,
    dropped: &Arc<Mutex<BTreeSet<usize>>>,
) -> Root<Node> {
    mutator.enter(|scope| {
        let node = Node {
            name,
            edges: [const { Edge::empty() }; 3],
            dropped: Arc::clone(dropped),
        };
        let Ok(node) = scope.allocate(node) else {
            panic!("there is room")
        };
        scope.root(node)
    })
}

fn check_edges(mutator: &mut Mutator<Node>, model: &Model) {
    for (name, root) in &model.roots {
        mutator.enter(|scope| {
            let node = scope.open(root);
            assert_eq!(scope.get(node).name, *name);
            for (n, expected) in model.edges[name].iter().enumerate() {
                let target = scope.follow(node, |node| &node.edges[n]);
                assert_eq!(target.map(|target| scope.get(target).name), *expected);
            }
        });
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_is_reachable_stays_and_the_rest_goes(steps in steps()) {
        for collector in ALL {
            run(collector, &steps);
        }
    }

    #[test]
    fn a_plan_is_within_the_heap(live in 0usize..100_000, allocated in 0usize..1_000_000, percent in 1usize..1000) {
        let mut pacer = Pacer::new(percent, 100_000);
        pacer.cycle_ended(live, allocated);
        prop_assert!(pacer.goal() <= 100_000 && pacer.goal() >= live);
        prop_assert!(pacer.trigger() <= pacer.goal() && pacer.trigger() >= live);
    }
}

/// A list's element with a number, and no destructor.
struct Cell {
    number: usize,
    next: Edge<Cell>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Cell {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

fn cell(number: usize) -> Cell {
    Cell {
        number,
        next: Edge::empty(),
    }
}

#[test]
fn threads_build_lists_while_the_collector_runs() {
    const LENGTH: usize = 500;
    for collector in ALL {
        let heap = Heap::new(Config::new(20_000).collector(collector).step(64));
        thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| build_lists(heap.mutator(), LENGTH));
            }
        });
        assert!(
            heap.cycles() > 2,
            "{collector:?} collected {} times",
            heap.cycles()
        );
    }
}

/// Sixty lists, each from its end on through the head's edge, and only the last is kept. Then it is read.
fn build_lists(mut mutator: Mutator<Cell>, length: usize) {
    let mut head: Option<Root<Cell>> = None;
    for number in 0..60 * length {
        let old = head.take().filter(|_| number % length != 0);
        head = Some(loop {
            let made = mutator.enter(|scope| {
                let new = scope.allocate(cell(number % length)).ok()?;
                if let Some(old) = &old {
                    let old = scope.open(old);
                    scope.link(new, |cell| &cell.next, Some(old));
                }
                Some(scope.root(new))
            });
            match made {
                Some(root) => break root,
                None => mutator.collect(),
            }
        });
    }
    mutator.enter(|scope| {
        let mut at = head.as_ref().map(|root| scope.open(root));
        for expected in (0..length).rev() {
            let here: Gc<'_, Cell> = at.expect("the list is whole");
            assert_eq!(scope.get(here).number, expected);
            at = scope.follow(here, |cell| &cell.next);
        }
        assert!(at.is_none());
    });
}

#[test]
fn weak_references_do_not_keep() {
    for collector in ALL {
        let heap = Heap::new(Config::new(1000).collector(collector).check(true));
        let mut mutator = heap.mutator();
        let (root, kept, lost) = mutator.enter(|scope| {
            let (a, b) = (
                scope.allocate(cell(1)).ok().unwrap(),
                scope.allocate(cell(2)).ok().unwrap(),
            );
            (scope.root(a), scope.weak(a), scope.weak(b))
        });
        mutator.collect();
        mutator.enter(|scope| {
            assert_eq!(scope.upgrade(&kept), Some(scope.open(&root)));
            assert_eq!(scope.upgrade(&lost), None);
        });
        drop(root);
        mutator.collect();
        assert!(mutator.enter(|scope| scope.upgrade(&kept).is_none()));
    }
}

#[test]
fn a_collection_in_the_midst_of_a_cycle_leaves_nothing_to_the_next() {
    let heap = Heap::new(Config::new(128).collector(Collector::Stop));
    let mut mutator = heap.mutator();
    let root = mutator.enter(|scope| {
        let [last, middle, first] = [3, 2, 1].map(|n| scope.allocate(cell(n)).ok().unwrap());
        scope.link(middle, |cell| &cell.next, Some(last));
        scope.link(first, |cell| &cell.next, Some(middle));
        scope.root(first)
    });
    assert!(!mutator.step(), "it has begun");
    // A root that is made now makes the middle one grey.
    let middle = mutator.enter(|scope| {
        let first = scope.open(&root);
        let middle = scope.follow(first, |cell| &cell.next).unwrap();
        scope.link(first, |cell| &cell.next, None);
        scope.root(middle)
    });
    drop(middle);
    while heap.cycles() == 0 {
        mutator.enter(|scope| drop(scope.allocate(cell(0))));
    }
    mutator.collect();
    let is_object = |colour: &&Colour| **colour != Colour::Free;
    assert_eq!(mutator.colours().iter().filter(is_object).count(), 1);
}

#[test]
fn a_full_heap_hands_the_object_back_and_recovers() {
    let heap = Heap::new(Config::new(128).collector(Collector::Incremental));
    let mut mutator = heap.mutator();
    let (count, refused) = mutator.enter(|scope| {
        let mut count = 0;
        loop {
            match scope.allocate(cell(count)) {
                Ok(_) => count += 1,
                Err(Full(cell)) => break (count, cell.number),
            }
        }
    });
    assert_eq!((count, refused), (128, 128));
    mutator.collect();
    assert!(mutator.enter(|scope| scope.allocate(cell(0)).is_ok()));
}

#[test]
#[should_panic(expected = "an edge of this object")]
fn an_edge_elsewhere_is_refused() {
    let elsewhere: &'static Edge<Cell> = Box::leak(Box::default());
    let heap = Heap::new(Config::new(64).collector(Collector::Stop));
    heap.mutator().enter(|scope| {
        let object = scope.allocate(cell(0)).ok().unwrap();
        scope.link(object, |_| elsewhere, Some(object));
    });
}

struct Bomb(Arc<AtomicUsize>);

// SAFETY: it has no edges.
unsafe impl Trace for Bomb {
    fn trace(&self, _: &mut Visitor<'_, Self>) {}
}

impl Drop for Bomb {
    fn drop(&mut self) {
        let before = self.0.fetch_add(1, Ordering::Relaxed);
        assert!(before > 0, "the first destructor fails");
    }
}

#[test]
fn a_destructor_that_panics_runs_once() {
    let drops = Arc::new(AtomicUsize::new(0));
    let heap = Heap::new(Config::new(64).collector(Collector::Stop));
    let mut mutator = heap.mutator();
    mutator.enter(|scope| {
        assert!(scope.allocate(Bomb(Arc::clone(&drops))).is_ok());
    });
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| mutator.collect()));
    assert!(outcome.is_err());
    drop((mutator, heap));
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}
