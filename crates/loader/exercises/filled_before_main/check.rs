//! Whether a table is filled when `main` begins, and how often it was.

use std::sync::atomic::Ordering;

use super::exercise::{FILLED, TABLE};

pub fn main() {
    let filled = FILLED.load(Ordering::Relaxed);
    let table: Vec<u32> = TABLE
        .iter()
        .map(|place| place.load(Ordering::Relaxed))
        .collect();
    assert_eq!(
        filled, 1,
        "how often `fill` was called before main; the table is {table:?}"
    );
    println!("✓ it was filled once before main");

    let squares: Vec<u32> = (0..16).map(|number| number * number).collect();
    assert_eq!(table, squares, "the squares of 0 to 15");
    println!("✓ with squares");
}
