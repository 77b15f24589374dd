//! A collector frees a cycle that nothing reaches, and keeps one that a root reaches.
//!
//! Two pairs of objects refer to each other. Counts of references would never fall to zero in either
//! pair. The collector does not count: it follows references from the roots and takes the rest.
//! What is freed is known by its destructor, which runs when the sweep comes by.
// The object names its edges, as `Trace` demands.
#![allow(unsafe_code)]

use std::sync::{Arc, Mutex};

use memory::gc::{Collector, Config, Edge, Gc, Heap, Scope, Trace, Visitor};

struct Person {
    name: &'static str,
    friend: Edge<Person>,
    gone: Arc<Mutex<Vec<&'static str>>>,
}

// SAFETY: its only edge, which nothing moves.
unsafe impl Trace for Person {
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.friend);
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        self.gone.lock().expect("no thread panics").push(self.name);
    }
}

fn main() {
    let gone = Arc::new(Mutex::new(Vec::new()));
    let heap = Heap::new(Config::new(64).collector(Collector::Stop));
    let mut mutator = heap.mutator();

    let root = mutator.enter(|scope| {
        let ada = pair(scope, ["Ada", "Bob"], &gone);
        pair(scope, ["Cy", "Dee"], &gone);
        scope.root(ada)
    });
    mutator.collect();
    let mut freed = gone.lock().expect("no thread panics").clone();
    freed.sort_unstable();
    println!("with a root on Ada, freed: {freed:?}");
    assert_eq!(freed, ["Cy", "Dee"]);

    let friend = mutator.enter(|scope| {
        let friend = scope.follow(scope.open(&root), |ada| &ada.friend);
        friend.map(|friend| scope.get(friend).name)
    });
    println!("Ada's friend is still {friend:?}");
    assert_eq!(friend, Some("Bob"));

    drop(root);
    mutator.collect();
    println!(
        "without it:                {:?}",
        gone.lock().expect("no thread panics")
    );
    assert_eq!(gone.lock().expect("no thread panics").len(), 4);
}

/// Two objects that refer to each other; the first of them.
fn pair<'gc>(
    scope: &mut Scope<'gc, '_, Person>,
    names: [&'static str; 2],
    gone: &Arc<Mutex<Vec<&'static str>>>,
) -> Gc<'gc, Person> {
    let [a, b] = names.map(|name| {
        let person = Person {
            name,
            friend: Edge::empty(),
            gone: Arc::clone(gone),
        };
        let Ok(person) = scope.allocate(person) else {
            panic!("the heap has room for four")
        };
        person
    });
    scope.link(a, |person| &person.friend, Some(b));
    scope.link(b, |person| &person.friend, Some(a));
    a
}
