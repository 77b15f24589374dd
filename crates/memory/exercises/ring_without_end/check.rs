//! What is in a ring after each of many pushes and pops, and whether it is in one piece.
//!
//! ```syscalls
//! mmap(*, MAP_SHARED|MAP_FIXED, $file, 0) = $first
//! mmap(*, MAP_SHARED|MAP_FIXED, $file, 0) = $second
//! munmap($first, *) = 0
//! ```

use std::borrow::Cow;
use std::collections::VecDeque;

use memory::page::page_size;

use super::exercise::Ring;

pub fn main() {
    let size = page_size();
    let mut ring = Ring::new().expect("a ring");
    assert_eq!(ring.push(b"hello"), 5, "there is room");
    assert_eq!(*ring.filled(), *b"hello");
    ring.pop(1);
    assert_eq!(*ring.filled(), *b"ello", "the oldest byte has gone");
    ring.pop(size);
    assert!(ring.filled().is_empty(), "all have gone");
    println!("✓ what goes in comes out");

    // Steps that do not divide the size, ten times around.
    let mut model: VecDeque<u8> = VecDeque::new();
    for step in 0..10 * size / 100 {
        let data: Vec<u8> = (0..700).map(|n| (step * 7 + n) as u8).collect();
        let pushed = ring.push(&data);
        assert_eq!(
            pushed,
            data.len().min(size - model.len()),
            "as much as there is room for"
        );
        model.extend(&data[..pushed]);
        assert!(
            *model.make_contiguous() == *ring.filled(),
            "after {step} steps other bytes are in the ring"
        );
        assert!(
            matches!(ring.filled(), Cow::Borrowed(_)),
            "after {step} steps `filled` had to copy, since its bytes were in two pieces"
        );
        let count = 100 + step % 300;
        ring.pop(count);
        model.drain(..count.min(model.len()));
    }
    println!("✓ ten times around, and always in one piece");

    ring.pop(size);
    let full: Vec<u8> = (0..size + 1).map(|n| (n / 3) as u8).collect();
    assert_eq!(ring.push(&full), size, "a ring of one page");
    assert_eq!(*ring.filled(), full[..size], "a full ring");
    println!("✓ a full ring is one slice too");
}
