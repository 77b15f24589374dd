//! How much of a table of zeros is in memory before and after it is used.

use memory::maps::AddressSpace;
use memory::page::page_size;

use super::exercise::zeros;

/// More than any allocator keeps ready.
const SIZE: usize = 64 << 20;
const MIB: u64 = 1 << 20;

pub fn main() {
    let mut table = zeros(SIZE);
    assert_eq!(table.len(), SIZE, "the number of zeros");
    let resident = in_memory(&table);
    assert!(
        resident < MIB,
        "of a table of 64 MiB that nobody has used yet, {} KiB are in memory",
        resident / 1024
    );
    println!("✓ 64 MiB of zeros, {} KiB in memory", resident / 1024);

    for n in 0..64 {
        table[n * (SIZE / 64)] = 1;
    }
    let used = in_memory(&table);
    assert!(
        used >= 64 * page_size() as u64,
        "64 places have been written, a mebibyte apart"
    );
    println!(
        "✓ 64 places are written, and {} KiB are in memory",
        used / 1024
    );

    let sum: u64 = table.iter().map(|byte| u64::from(*byte)).sum();
    assert_eq!(sum, 64, "all else is zeros");
    println!("✓ all else is zeros");
}

/// How many bytes of the area in which it lies have memory.
fn in_memory(table: &[u8]) -> u64 {
    let space = AddressSpace::read_with_usage(None).expect("/proc/self/smaps");
    let middle = &raw const table[table.len() / 2];
    let (area, _) = space.find_value(middle).expect("it is mapped");
    area.usage.expect("it was asked for").resident
}
