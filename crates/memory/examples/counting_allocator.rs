//! An allocator that counts shows what each line of a program costs, to the byte.
//!
//! `#[global_allocator]` names the value that all of Vec, String and Box ask. This one lets malloc
//! do the work and adds up by the thread, so that what other threads do is not counted. The table
//! is made by hand first: a guess that is wrong ends the program.

use std::hint::black_box;

use memory::counting::{Counting, Counts, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

/// What making a value asks for, and dropping it gives back: the guess is blocks, how often one is
/// resized, and bytes.
fn check<T>(line: &str, guess: (u64, u64, u64), make: impl FnOnce() -> T) {
    let (counts, ()) = count(|| drop(black_box(make())));
    let (blocks, resized, bytes) = guess;
    println!("{line:<34} {blocks} blocks, {resized} resized, {bytes:>3} bytes");
    let expected = Counts {
        allocations: blocks,
        reallocations: resized,
        frees: blocks,
        bytes,
        bytes_freed: bytes,
    };
    assert_eq!(counts, expected, "{line}");
}

fn main() {
    const HANDLE: u64 = size_of::<String>() as u64;
    let text = String::from("twelve bytes");
    let numbers = [1u32, 2, 3];
    let double = |number: &u32| u64::from(*number) * 2;

    check("text.len()", (0, 0, 0), || text.len());
    check("text[..6].trim().len()", (0, 0, 0), || {
        text[..6].trim().len()
    });
    check("text.clone()", (1, 0, 12), || text.clone());
    check("text.to_uppercase()", (1, 0, 12), || text.to_uppercase());
    check("numbers.iter().map(double).sum()", (0, 0, 0), || {
        numbers.iter().map(double).sum::<u64>()
    });
    check(
        "numbers.iter().map(double).collect()",
        (1, 0, 3 * 8),
        || numbers.iter().map(double).collect::<Vec<u64>>(),
    );
    // Two words, and the list of them with room for four.
    check("split into owned words", (3, 0, 3 + 5 + 4 * HANDLE), || {
        let words = "ada grace".split(' ').map(str::to_owned);
        words.collect::<Vec<String>>()
    });
    // Room for four, then for eight: the block grows by as much again.
    check("five pushes", (1, 1, 8 * 8), || {
        let mut vector = Vec::new();
        (0..5u64).for_each(|number| vector.push(number));
        vector
    });
}
