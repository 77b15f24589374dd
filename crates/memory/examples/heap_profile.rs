//! An allocator that takes samples knows which function holds the memory.
//!
//! A program that grows has one question: who? Every so many bytes this allocator notes the stack
//! of the one that asks, and forgets the note when the block is freed. What is live after a while,
//! by call site, is a *heap profile*; Go's `pprof` draws it, heaptrack and dhat do for other
//! programs. Samples are enough: each stands for the bytes since the last one, so who allocates
//! much is found, and the price is small.

use std::hint::black_box;

use memory::counting::Profiling;

#[global_allocator]
static ALLOCATOR: Profiling = Profiling::new();

/// Keeps every page that it has ever read.
#[inline(never)]
fn cache_page(cache: &mut Vec<Vec<u8>>) {
    cache.push(black_box(vec![1; 10_000]));
}

/// Needs ten times as much, for a moment.
#[inline(never)]
fn render_page() -> usize {
    black_box(vec![2u8; 100_000]).len()
}

fn main() {
    let mut cache = Vec::with_capacity(100);
    ALLOCATOR.start(4096);
    for _ in 0..100 {
        cache_page(&mut cache);
        render_page();
    }
    ALLOCATOR.stop();

    let profile = ALLOCATOR.profile();
    print!("{profile}");
    let sum = |function: &str| {
        let sites = profile
            .through(function)
            .map(|site| (site.live_bytes, site.bytes));
        sites.fold((0, 0), |sum, site| (sum.0 + site.0, sum.1 + site.1))
    };
    let (held, asked) = sum("cache_page");
    assert_eq!((held, asked), (1_000_000, 1_000_000));
    let (held, asked) = sum("render_page");
    assert_eq!((held, asked), (0, 10_000_000));
    let first = profile.sites.first().and_then(|site| site.caller());
    assert!(first.is_some_and(|call| call.function.ends_with("cache_page")));
    drop(cache);
    assert!(ALLOCATOR.profile().sites.iter().all(|site| site.live == 0));
}
