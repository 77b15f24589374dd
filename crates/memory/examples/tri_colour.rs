//! An incremental collector marks in steps, and no black object ever refers to a white one.
//!
//! Black: reached and done. Grey: reached, its references not followed yet. White: not reached. Between
//! two steps the program moves the only reference to a list from a place that the collector has not
//! seen to one where it has been. The write barrier makes what is stored grey, so the list is found all the
//! same. With `check`, the heap looks at every reference after every step and panics on a black one to white.
//! And the usual step is much shorter than a collection that stops the world for all of it.
// The object names its edge, as `Trace` demands.
#![allow(unsafe_code)]

use memory::gc::{
    Collector, Colour, Config, Edge, Heap, Mutator, Root, Summary, Trace, Visitor, colours_line,
};

struct Node {
    next: Edge<Node>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Node {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

fn main() {
    hide_and_be_found();
    let (stopped, stepped) = (pauses(Collector::Stop), pauses(Collector::Incremental));
    println!(
        "world stopped: {} pause of {:?}",
        stopped.count, stopped.max
    );
    println!(
        "in steps:      {} pauses, median {:?}, longest {:?}",
        stepped.count, stepped.median, stepped.max
    );
    // Not the longest: another program may take the processor in the midst of any step.
    assert!(stepped.median < stopped.max / 4);
}

fn hide_and_be_found() {
    let heap = Heap::new(
        Config::new(128)
            .collector(Collector::Incremental)
            .step(1)
            .check(true),
    );
    let mut mutator = heap.mutator();
    let (early, late) = (list(&mut mutator, 1), list(&mut mutator, 60));
    // The cycle begins. Then the scope's own step reads the first root: `early` is black, and nobody has looked
    // at `late`.
    mutator.step();
    mutator.enter(|scope| {
        let (early, late) = (scope.open(&early), scope.open(&late));
        let rest = scope.follow(late, |node| &node.next);
        scope.link(early, |node| &node.next, rest);
        scope.link(late, |node| &node.next, None);
    });
    for step in 0.. {
        if step % 10 == 0 {
            println!("{}", colours_line(&mutator.colours(), 64));
        }
        if mutator.step() {
            break;
        }
    }
    let objects = mutator.colours();
    let objects = objects
        .iter()
        .filter(|colour| **colour != Colour::Free)
        .count();
    println!("{objects} of 61 objects kept");
    assert_eq!(objects, 61);
}

fn pauses(collector: Collector) -> Summary {
    let heap = Heap::new(Config::new(80_000).collector(collector).step(500));
    let mut mutator = heap.mutator();
    let _list = list(&mut mutator, 30_000);
    let before = heap.pauses().len();
    mutator.collect();
    Summary::of(&heap.pauses()[before..], |_| true)
}

fn list(mutator: &mut Mutator<Node>, objects: usize) -> Root<Node> {
    let mut head: Option<Root<Node>> = None;
    for _ in 0..objects {
        head = Some(mutator.enter(|scope| {
            let node = Node {
                next: Edge::empty(),
            };
            let Ok(node) = scope.allocate(node) else {
                panic!("the heap has room")
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
