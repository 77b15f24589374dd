//! A concurrent collector stops the world twice a cycle, for less than it takes to mark.
//!
//! Of Go's collector it is said that it pauses for 10 to 100 microseconds, whatever the heap's
//! size. That is a claim about one machine; these are this machine's numbers, of this collector. It stops
//! all threads to switch the write barrier on and once more to see that nothing is grey; the roots are
//! read and objects marked between the two, with the program running. How long the stops take is up to
//! the scheduler as much as to the collector, so what is asserted is that half of them are shorter than a
//! whole marking.
// The object names its edge, as `Trace` demands.
#![allow(unsafe_code)]

use memory::gc::{Collector, Config, Edge, Heap, Kind, Mutator, Root, Summary, Trace, Visitor};

struct Node {
    next: Edge<Node>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Node {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
    }
}

const OBJECTS: usize = 50_000;
const CYCLES: usize = 5;

fn main() {
    let concurrent = pauses(Collector::Concurrent, &[Kind::Begin, Kind::Finish]);
    let whole = pauses(Collector::Stop, &[Kind::Whole]);
    println!("said of Go:  10 to 100 us");
    for (name, pauses) in [("concurrent", concurrent), ("all at once", whole)] {
        println!(
            "{name:12} {:>3} pauses, median {:?}, longest {:?}",
            pauses.count, pauses.median, pauses.max
        );
    }
    assert!(concurrent.count >= 2 * CYCLES, "two for each cycle");
    assert!(concurrent.median < whole.median);
}

fn pauses(collector: Collector, kinds: &[Kind]) -> Summary {
    let heap = Heap::new(Config::new(3 * OBJECTS).collector(collector));
    let mut mutator = heap.mutator();
    let _list = list(&mut mutator, OBJECTS);
    (0..CYCLES).for_each(|_| mutator.collect());
    Summary::of(&heap.pauses(), |pause| kinds.contains(&pause.kind))
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
