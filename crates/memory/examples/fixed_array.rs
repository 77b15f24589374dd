//! An array's length is part of its type; an index is checked when compiling if it is known then.
//!
//! `[u8; 4]` and `[u8; 5]` are two types, and a value of them is just its elements: no length is
//! stored, no memory asked for. An index that the compiler knows, and that is too big, is a program
//! that does not compile (the documentation of `memory::counting` has it as a test). An index that
//! is computed is compared with the length each time, and too big a one is a panic that names both;
//! in C it would be whatever lies behind.

use std::hint::black_box;
use std::panic;

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

fn main() {
    let (counts, array) = count(|| [10u32, 20, 30, 40]);
    println!(
        "{array:?}: {} bytes, {} allocations",
        size_of_val(&array),
        counts.allocations
    );
    assert_eq!((size_of_val(&array), counts.allocations), (16, 0));

    // Assigned, it is copied, as in Go and unlike in C.
    let mut copy = array;
    copy[0] = 11;
    println!("a copy was changed: {copy:?}, and the array is {array:?}");
    assert_eq!((copy[0], array[0]), (11, 10));

    let index = black_box(10);
    assert_eq!(array.get(index), None);

    // Else the panic would be reported on standard error as well.
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(|| array[index]);
    drop(panic::take_hook());
    let panic = outcome.expect_err("there is no element 10");
    let message = panic.downcast_ref::<String>().expect("a computed message");
    println!("array[10]: {message}");
    assert_eq!(
        message,
        "index out of bounds: the len is 4 but the index is 10"
    );
}
