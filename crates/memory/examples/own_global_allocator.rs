//! This program runs on our own allocator: every Rust collection in it, on every thread.
//!
//! One line makes a type that implements `GlobalAlloc` the allocator of all Rust code in the program.
//! Ours reserved its address space in one go, before `main`. From there on small blocks come from the thread's own
//! cache without a call to the kernel; memory is made usable in steps (`mprotect`), what is freed goes
//! back to the kernel page by page (`madvise`), and a block over 1 MiB is a map of its own.
//!
//! ```syscalls
//! mprotect(*, 4194304, PROT_READ|PROT_WRITE) = 0
//! madvise(*, *, MADV_DONTNEED) = 0
//! mmap(NULL, 3145728, PROT_READ|PROT_WRITE, *) = $large
//! munmap($large, 3145728) = 0
//! !brk(*)
//! ```

use std::collections::BTreeMap;
use std::hint::black_box;
use std::thread;

use memory::alloc::ThreadCaching;
use memory::alloc::caching::{flush, statistics};

#[global_allocator]
static ALLOCATOR: ThreadCaching = ThreadCaching;

fn main() {
    let start = statistics();
    assert!(start.spans > 0, "std has allocated before main");

    // On another thread, whose end hands its cache back.
    let worker = thread::spawn(|| (0..150_000).map(|n| (n, n.to_string())).collect());
    let map: BTreeMap<u32, String> = worker.join().expect("the worker ends well");
    assert_eq!(map[&4711], "4711");
    let full = statistics();
    println!(
        "with 150000 strings in a map: {:>5} KiB in spans",
        full.spans >> 10
    );
    assert!(full.spans > start.spans + (1 << 20));

    drop(map);
    flush();
    let empty = statistics();
    println!("with the map dropped:        {:>5} KiB", empty.spans >> 10);
    println!("memory went back to the kernel {} times", empty.releases);
    assert!(empty.spans < full.spans / 2 && empty.releases > 0);

    let large = black_box(vec![1u8; 3 << 20]);
    assert_eq!(statistics().spans, empty.spans, "a map of its own");
    drop(large);
}
