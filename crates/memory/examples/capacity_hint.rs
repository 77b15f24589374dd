//! Who says beforehand how many elements come is allocated for once.
//!
//! `with_capacity` asks for the whole block at the start; without it the block is enlarged again
//! and again, and half of the last one may stay empty. Iterators that know their length say so
//! (`size_hint`), so `collect` asks once too; a filter does not know.

use memory::counting::{Counting, Counts, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

const N: u64 = 10_000;

fn show(how: &str, counts: Counts) -> Counts {
    let asked = counts.allocations + counts.reallocations;
    println!(
        "{how:<32} asked {asked:>2} times, {:>6} bytes",
        counts.bytes
    );
    counts
}

fn main() {
    let fill = |mut vector: Vec<u64>| {
        (0..N).for_each(|n| vector.push(n));
        vector
    };
    let (counts, grown) = count(|| fill(Vec::new()));
    let without = show("Vec::new()", counts);
    assert_eq!(without.reallocations, 12, "4, 8, 16 ... 16,384");
    assert_eq!(without.bytes, 16_384 * 8);

    let (counts, hinted) = count(|| fill(Vec::with_capacity(N as usize)));
    let with = show("Vec::with_capacity(10_000)", counts);
    assert_eq!(
        (with.allocations, with.reallocations, with.bytes),
        (1, 0, N * 8)
    );
    assert_eq!(grown, hinted);

    let (counts, squares) = count(|| (0..N).map(|n| n * n).collect::<Vec<u64>>());
    let known = show("(0..10_000).map(..).collect()", counts);
    assert_eq!((known.allocations, known.reallocations), (1, 0));
    assert_eq!(squares.capacity() as u64, N);

    let even = |n: &u64| n.is_multiple_of(2);
    let (counts, evens) = count(|| (0..N).filter(even).collect::<Vec<u64>>());
    let unknown = show("(0..10_000).filter(..).collect()", counts);
    assert!(unknown.reallocations > 1);
    assert_eq!(evens.len() as u64, N / 2);
}
