//! Of all ways to make a value, only those that own memory of unknown size allocate.
//!
//! Go has `new`, `make`, literals and `var`, and which of them allocates is the compiler's secret.
//! In Rust the type says it. `Vec`, `String` and the maps are handles of a few words, and an empty
//! one owns nothing: the first element is what allocates.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use memory::counting::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting::new();

#[derive(Default)]
struct Config {
    retries: u32,
    names: Vec<String>,
}

/// Makes a value, and checks its size in bytes and what making it asks of the allocator.
fn check<T>(form: &str, make: impl FnOnce() -> T, size: usize, allocations: u64) -> T {
    let (counts, value) = count(make);
    println!(
        "{form:<38} {:>4} {:>11} {:>5}",
        size_of::<T>(),
        counts.allocations,
        counts.bytes
    );
    assert_eq!(size_of::<T>(), size, "{form}");
    assert_eq!(counts.allocations, allocations, "{form}");
    value
}

fn main() {
    const WORD: usize = size_of::<usize>();
    println!(
        "{:<38} {:>4} {:>11} {:>5}",
        "form", "size", "allocations", "bytes"
    );
    check("42u64", || 42u64, 8, 0);
    check("[0u8; 64]", || [0u8; 64], 64, 0);
    check("(1u8, 2u32)", || (1u8, 2u32), 8, 0);
    check("\"literal\"", || "literal", 2 * WORD, 0);
    let config = check("Config::default()", Config::default, 4 * WORD, 0);
    let config = check(
        "Config { retries: 3, ..config }",
        || Config {
            retries: 3,
            ..config
        },
        4 * WORD,
        0,
    );
    assert_eq!((config.retries, config.names.len()), (3, 0));
    check("Vec::<u64>::new()", Vec::<u64>::new, 3 * WORD, 0);
    check("String::new()", String::new, 3 * WORD, 0);
    check(
        "HashMap::<u64, u64>::new()",
        HashMap::<u64, u64>::new,
        6 * WORD,
        0,
    );
    check(
        "BTreeMap::<u64, u64>::new()",
        BTreeMap::<u64, u64>::new,
        3 * WORD,
        0,
    );
    check("None::<Box<u64>>", || None::<Box<u64>>, WORD, 0);
    check("Box::new(())", || Box::new(()), WORD, 0);
    check("Box::new(42u64)", || Box::new(42u64), WORD, 1);
    check("vec![0u64; 10]", || vec![0u64; 10], 3 * WORD, 1);
    check(
        "Vec::<u64>::with_capacity(10)",
        || Vec::<u64>::with_capacity(10),
        3 * WORD,
        1,
    );
    check(
        "String::from(\"literal\")",
        || String::from("literal"),
        3 * WORD,
        1,
    );
    check(
        "Box::<[u64]>::from([1, 2, 3])",
        || Box::<[u64]>::from([1, 2, 3]),
        2 * WORD,
        1,
    );
    let shared = check("Arc::new(42u64)", || Arc::new(42u64), WORD, 1);
    check("Arc::clone(&shared)", || Arc::clone(&shared), WORD, 0);
    check(
        "Rc::<str>::from(\"literal\")",
        || Rc::<str>::from("literal"),
        2 * WORD,
        1,
    );
    check(
        "HashMap::from([(1, 2)])",
        || HashMap::from([(1, 2)]),
        6 * WORD,
        1,
    );
}
