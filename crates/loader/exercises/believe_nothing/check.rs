//! What is taken out of a file, for numbers that are right and numbers that are not.

use std::panic::catch_unwind;

use super::exercise::{name, section};

const FILE: [u8; 10] = *b"0123456789";
const NAMES: [u8; 15] = *b"\0.text\0.bss\0cut";

pub fn main() {
    let good: [(u64, u64, &[u8]); 4] =
        [(0, 10, &FILE), (3, 4, b"3456"), (9, 1, b"9"), (10, 0, b"")];
    for (offset, size, expected) in good {
        let found = section(&FILE, offset, size);
        assert_eq!(found, Some(expected), "{size} bytes at {offset} of 10");
    }
    println!("✓ sections that are in the file");

    let most = u64::MAX;
    for (offset, size) in [
        (0, 11),
        (10, 1),
        (11, 0),
        (5, most),
        (most, 1),
        (most, 0),
        (most - 4, 5),
        (1 << 32, 1),
    ] {
        let found = catch_unwind(|| section(&FILE, offset, size));
        let found = found.unwrap_or_else(|_| {
            panic!("{size} bytes at {offset} of 10: it has to be None, and was a panic")
        });
        assert_eq!(found, None, "{size} bytes at {offset} of 10");
    }
    println!("✓ those that are not, however large the numbers");

    for (offset, expected) in [
        (0, &b""[..]),
        (1, b".text"),
        (2, b"text"),
        (6, b""),
        (7, b".bss"),
    ] {
        assert_eq!(
            name(&NAMES, offset),
            Some(expected),
            "the name at {offset} of {NAMES:?}"
        );
    }
    println!("✓ names, and ends of names");

    for offset in [12, 14, 15, 16, u32::MAX] {
        let found = catch_unwind(|| name(&NAMES, offset));
        let found = found.unwrap_or_else(|_| {
            panic!("the name at {offset} of 15 bytes: it has to be None, and was a panic")
        });
        assert_eq!(
            found, None,
            "the name at {offset} of {NAMES:?} has no end there, or no beginning"
        );
    }
    println!("✓ names that are outside, or have no end");
}
