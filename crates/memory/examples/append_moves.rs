//! A vector that grows beyond its capacity moves, and doubles, so that n pushes cost log₂ n moves.
//!
//! Within the capacity an element is put behind the last one, and nothing moves. Beyond it a block
//! twice as big is asked for, and the elements are copied. Each element is so copied less than
//! twice on average: that is why doubling is right, and growing by a fixed number is not. In Go the
//! old array stays for those who still have a slice of it, and sees no later change; in Rust nobody
//! can have a pointer into the vector while it grows.

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

const PUSHES: u64 = 1_000_000;

fn main() {
    let mut vector: Vec<u64> = Vec::with_capacity(4);
    let mut address = vector.as_ptr().addr();
    let mut moves = 0;
    // What lies behind the block keeps it from growing where it is.
    let mut neighbours = Vec::new();

    for n in 0..64 {
        let fits = vector.len() < vector.capacity();
        let before = vector.capacity();
        neighbours.push(Box::new([0u8; 256]));
        vector.push(n);
        let moved = vector.as_ptr().addr() != address;
        assert!(!(fits && moved), "nothing moves within the capacity");
        if !fits {
            println!(
                "push {:>2}: capacity {before:>2} -> {:>3}, {}",
                n + 1,
                vector.capacity(),
                if moved { "moved" } else { "grown in place" }
            );
            assert_eq!(vector.capacity(), 2 * before);
        }
        moves += u32::from(moved);
        address = vector.as_ptr().addr();
    }
    assert!(moves >= 1);
    assert!(vector.iter().copied().eq(0..64));

    let (counts, vector) = count(|| {
        let mut vector = Vec::new();
        (0..PUSHES).for_each(|n| vector.push(n));
        vector
    });
    println!(
        "{PUSHES} pushes: {} allocation, {} reallocations",
        counts.allocations, counts.reallocations
    );
    // The first capacity is 4, and each reallocation doubles it.
    let doublings = PUSHES.next_power_of_two().ilog2() - 4u64.ilog2();
    assert_eq!(
        (counts.allocations, counts.reallocations),
        (1, doublings.into())
    );
    assert_eq!(vector.len() as u64, PUSHES);
}
