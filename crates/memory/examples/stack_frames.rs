//! Each call takes its frame off the stack, at a lower address, and asks nobody for it.
//!
//! The stack is memory that is there already. To make room for a function's variables the processor
//! subtracts a number from one register; to free them it adds the number again. There is no list to
//! search, no lock and no system call, and that is the whole reason why local variables are cheap.
//!
//! ```syscalls
//! write(1, "call 0: *"..., *) = *
//! !brk
//! !mmap
//! ```

use std::hint::black_box;

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

const DEPTH: usize = 6;

/// Notes where its own variable is, and calls itself. What is done after the call keeps the
/// compiler from making a loop of it.
#[inline(never)]
fn descend(level: usize, addresses: &mut [usize; DEPTH]) -> u64 {
    let local = black_box([level as u64; 32]);
    addresses[level] = (&raw const local).addr();
    let below = match level + 1 < DEPTH {
        true => descend(black_box(level + 1), addresses),
        false => 0,
    };
    below + black_box(&local)[0]
}

fn main() {
    let mut addresses = [0; DEPTH];
    let (counts, sum) = count(|| descend(0, &mut addresses));
    assert_eq!(sum, (0..DEPTH as u64).sum());

    let frames: Vec<usize> = addresses.windows(2).map(|pair| pair[0] - pair[1]).collect();
    for (level, address) in addresses.iter().enumerate() {
        println!("call {level}: its variable is at {address:#x}");
    }
    println!(
        "each frame has {} bytes; blocks of heap: {}",
        frames[0], counts.allocations
    );
    assert!(addresses.is_sorted_by(|above, below| above > below));
    assert!(frames[0] >= size_of::<[u64; 32]>());
    assert!(frames.iter().all(|&size| size == frames[0]));
    assert_eq!(counts.allocations, 0);

    // The next call gets the same place.
    let mut again = [0; DEPTH];
    let same_place = |addresses: &mut [usize; DEPTH]| descend(0, addresses);
    same_place(&mut again);
    let first = again;
    same_place(&mut again);
    assert_eq!(first, again);
}
