//! A value is on the stack unless the program says Box, and then each Box is one allocation.
//!
//! Go decides where a value lives: if the compiler cannot show that no pointer to it outlives the
//! function, it *escapes* to the heap (`go build -gcflags -m` tells). Rust never moves anything to
//! the heap by itself. A local is in its frame; to return it is to copy its bytes; a pointer to it
//! cannot be returned, which the compiler refuses as error E0515 (the documentation of
//! `memory::counting` has it as a test). Who wants it on the heap writes `Box::new`.

use std::hint::black_box;

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

struct Point {
    x: [f64; 100],
}

fn local() -> f64 {
    let point = black_box(Point { x: [1.0; 100] });
    point.x[7]
}

/// 800 bytes are copied into the frame of the caller, or written there in the first place.
fn returned() -> Point {
    Point { x: [2.0; 100] }
}

/// What Go does for `return &point`.
fn boxed() -> Box<Point> {
    Box::new(Point { x: [3.0; 100] })
}

/// The pointer may be lent to whoever is called: the frame outlives the call.
fn lent() -> f64 {
    let point = Point { x: [4.0; 100] };
    let look = |point: &Point| black_box(point).x[7];
    look(&point)
}

fn main() {
    let (local, value) = count(local);
    println!("a local value:    {} allocations", local.allocations);
    assert_eq!((local.allocations, value), (0, 1.0));

    let (returned, point) = count(returned);
    println!("returned:         {}", returned.allocations);
    assert_eq!((returned.allocations, point.x[7]), (0, 2.0));

    let (lent, value) = count(lent);
    println!("lent to a callee: {}", lent.allocations);
    assert_eq!((lent.allocations, value), (0, 4.0));

    let (boxed, point) = count(boxed);
    println!(
        "boxed:            {}, {} bytes",
        boxed.allocations, boxed.bytes
    );
    assert_eq!((boxed.allocations, boxed.bytes, point.x[7]), (1, 800, 3.0));

    let (dropped, ()) = count(|| drop(point));
    println!("the box dropped:  {} freed", dropped.frees);
    assert_eq!((dropped.frees, dropped.bytes_freed), (1, 800));
}
