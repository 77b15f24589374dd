//! With ten times the live objects, a stop-the-world collector pauses at least five times as long.
//!
//! It looks at every live object before the program may go on, so the pause grows with the heap: no
//! tuning changes that, only stopping for something smaller. The shortest of several pauses is taken
//! for each size, for a busy machine makes pauses longer and never shorter.
// The object names its edge, as `Trace` demands.
#![allow(unsafe_code)]

use std::time::Duration;

use memory::gc::{Collector, Config, Edge, Heap, Mutator, Root, Trace, Visitor};

struct Node {
    next: Edge<Node>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Node {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

const OBJECTS: usize = 6400;

fn main() {
    let small = shortest_pause(OBJECTS);
    let large = shortest_pause(10 * OBJECTS);
    println!("{OBJECTS:>6} objects: {small:>9.1?}");
    println!("{:>6} objects: {large:>9.1?}", 10 * OBJECTS);
    assert!(large >= 5 * small);
}

/// The shortest of ten collections of a heap with a list of so many objects.
fn shortest_pause(objects: usize) -> Duration {
    let heap = Heap::new(Config::new(2 * objects).collector(Collector::Stop));
    let mut mutator = heap.mutator();
    let _list = list(&mut mutator, objects);
    (0..10).for_each(|_| mutator.collect());
    let pauses = heap.pauses();
    let last = pauses.iter().rev().take(10);
    last.map(|pause| pause.took).min().expect("ten were made")
}

fn list(mutator: &mut Mutator<Node>, objects: usize) -> Root<Node> {
    let mut head: Option<Root<Node>> = None;
    for _ in 0..objects {
        head = Some(mutator.enter(|scope| {
            let node = Node {
                next: Edge::empty(),
            };
            let Ok(node) = scope.allocate(node) else {
                panic!("the heap has room for twice as many")
            };
            if let Some(head) = &head {
                let head = scope.open(head);
                scope.link(node, |node| &node.next, Some(head));
            }
            scope.root(node)
        }));
    }
    head.expect("the list is not empty")
}
