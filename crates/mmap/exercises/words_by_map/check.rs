//! Words come out of a map, without a read.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! mmap(NULL, 80000, PROT_READ, MAP_*, *, 0) = *
//! munmap(*, 80000) = 0
//! !pread64
//! !lseek
//! !read(*) = 80000
//! !read(*) = 8
//! ```

use std::io::{ErrorKind, Write};

use super::exercise::words;

const WORDS: usize = 10_000;

pub fn main() {
    let mut file = tempfile::tempfile().expect("a temporary file");
    let square = |n: usize| (n * n) as u64;
    let bytes: Vec<u8> = (0..WORDS).flat_map(|n| square(n).to_be_bytes()).collect();
    file.write_all(&bytes).expect("room for 80 kB");

    let places: Vec<usize> = (0..1000).map(|n| n * 7919 % WORDS).collect();
    let found = words(&file, &places).expect("all places are in the file");
    let expected: Vec<u64> = places.iter().map(|&place| square(place)).collect();
    assert_eq!(found, expected, "the words at the places, in their order");
    println!("✓ a thousand words all over the file");

    let kind = words(&file, &[0, WORDS]).map_err(|error| error.kind());
    assert_eq!(
        kind,
        Err(ErrorKind::UnexpectedEof),
        "a place behind the end"
    );
    println!("✓ a place behind the end is an error");

    let empty = tempfile::tempfile().expect("a temporary file");
    assert_eq!(
        words(&empty, &[]).ok(),
        Some(vec![]),
        "no word is asked for"
    );
    assert!(words(&empty, &[0]).is_err(), "an empty file has no word");
    println!("✓ an empty file has no words");
}
