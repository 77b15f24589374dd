//! To load from memory at random takes three times as long as in order, and often ten times.
//!
//! A processor adds in a fraction of a nanosecond and waits for memory a hundred. In between are
//! caches, of lines of 64 bytes, and a prefetcher that loads the next line before it is asked for,
//! if it can guess which. Here are a million lines, linked into one ring: once in the order of
//! their addresses, once at random. The work is the same, down to the instructions; each load
//! depends on the last, so that there is nothing to do but wait. Translating the addresses costs
//! too: 64 MiB are 16,384 pages, more than the processor keeps translations for.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One cache line on most processors.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line {
    next: u32,
}

const LINES: usize = 1 << 20;
const STEPS: usize = 1 << 16;

fn main() {
    let mut lines = vec![Line { next: 0 }; LINES];
    println!("{} MiB in {LINES} lines", size_of_val(&lines[..]) >> 20);

    link(&mut lines, 0..LINES as u32);
    let in_order = best_of_three(&lines);
    println!("in order:  {:>6.1} ns a line", per_line(in_order));

    link(&mut lines, shuffled().into_iter());
    let at_random = best_of_three(&lines);
    println!("at random: {:>6.1} ns a line", per_line(at_random));

    let ratio = at_random.as_secs_f64() / in_order.as_secs_f64();
    println!("{ratio:.0} times as long");
    assert!(ratio >= 3.0);
}

/// Makes one ring of all lines, in this order.
fn link(lines: &mut [Line], order: impl Iterator<Item = u32> + Clone) {
    let next = order.clone().cycle().skip(1);
    for (line, next) in order.zip(next) {
        lines[line as usize].next = next;
    }
}

/// All numbers of lines in random order, by Fisher and Yates.
fn shuffled() -> Vec<u32> {
    let mut order: Vec<u32> = (0..LINES as u32).collect();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for i in (1..LINES).rev() {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        order.swap(i, (random % (i as u64 + 1)) as usize);
    }
    order
}

/// The time of the shortest of three walks, each over another part of the ring.
fn best_of_three(lines: &[Line]) -> Duration {
    let mut at = 0;
    let walk = |_| {
        let start = Instant::now();
        for _ in 0..STEPS {
            at = lines[at as usize].next;
        }
        start.elapsed()
    };
    let shortest = (0..3).map(walk).min().expect("three times");
    assert_ne!(black_box(at), 0, "the ring is longer than three walks");
    shortest
}

fn per_line(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9 / STEPS as f64
}
