//! A cycle of Rc is never freed; with one Weak in it everything is.
//!
//! `Rc` counts its owners, and frees the value when the last of them goes: at once, at a known
//! place, with no collector. What it cannot see is a circle, in which each one keeps the next alive
//! and nobody outside knows of them. A tracing collector finds those, and that is the whole
//! difference. In Rust one breaks the circle by hand: a `Weak` does not count, and says whether the
//! value is still there. `Arc` is the same with atomic counters, for threads.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use memory::counting::{Counting, Scope};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

/// A node that owns its child, and a child that owns its parent, which is the mistake.
#[derive(Default)]
struct Owning {
    other: RefCell<Option<Rc<Owning>>>,
}

/// The same, and only one direction owns.
#[derive(Default)]
struct Looking {
    child: RefCell<Option<Rc<Looking>>>,
    parent: RefCell<Weak<Looking>>,
}

fn main() {
    // The first line that is printed allocates its buffer: before we count.
    println!("blocks of heap, as the allocator counts them:");
    let scope = Scope::start();
    let parent = Rc::new(Owning::default());
    let child = Rc::new(Owning::default());
    parent.other.replace(Some(Rc::clone(&child)));
    child.other.replace(Some(Rc::clone(&parent)));
    let witness = Rc::downgrade(&parent);
    println!(
        "in a circle: parent has {} owners",
        Rc::strong_count(&parent)
    );
    assert_eq!(Rc::strong_count(&parent), 2);
    drop((parent, child));
    println!(
        "both variables dropped: {} blocks are live, and nobody has them",
        scope.counts().live()
    );
    assert_eq!(scope.counts().live(), 2);

    // A weak pointer still finds it, so the circle can be broken after all.
    let parent = witness.upgrade().expect("the circle keeps it alive");
    parent.other.take();
    drop((parent, witness));
    println!("the circle broken by hand: {}", scope.counts().live());
    assert_eq!(scope.counts().live(), 0);

    let scope = Scope::start();
    let parent = Rc::new(Looking::default());
    let child = Rc::new(Looking::default());
    parent.child.replace(Some(Rc::clone(&child)));
    child.parent.replace(Rc::downgrade(&parent));
    assert!(child.parent.borrow().upgrade().is_some());
    drop(parent);
    println!(
        "with a weak pointer, parent dropped: has child a parent? {}",
        child.parent.borrow().upgrade().is_some()
    );
    assert!(child.parent.borrow().upgrade().is_none());
    assert!(child.child.borrow().is_none());
    drop(child);
    println!("child dropped: {} blocks are live", scope.counts().live());
    assert_eq!(scope.counts().live(), 0);
}
