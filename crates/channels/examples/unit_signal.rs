//! A channel of `()` carries events and no data: its messages take up no memory.
//!
//! Go writes `chan struct{}` for a channel on which only the fact counts, or only the closing. The
//! unit type `()` has size 0 as `struct{}` has. What is left of a message is its place in the order
//! of things, so a larger buffer costs only what the channel itself keeps for each place, a number.
//! tokio has `Notify` for signals of which many may count as one.
#![allow(unsafe_code)] // GlobalAlloc is an unsafe trait; `Counting` passes every call on unchanged

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use channels::channel;

/// Bytes asked for since the program began.
static BYTES: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: all is `System`'s.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Relaxed);
        // SAFETY: passed on as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: passed on as it came.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const EVENTS: usize = 1000;

fn main() {
    assert_eq!(size_of::<()>(), 0);

    let units = bytes_for::<()>();
    let numbers = bytes_for::<u64>();
    println!("a channel for {EVENTS} ():  {units} bytes");
    println!("a channel for {EVENTS} u64: {numbers} bytes");
    assert_eq!(numbers - units, EVENTS * size_of::<u64>());

    let (tx, rx) = channel(EVENTS);
    for _ in 0..EVENTS {
        tx.send(()).expect("there is room");
    }
    drop(tx);
    println!("and each of the {} events arrives", rx.len());
    assert_eq!(rx.iter().count(), EVENTS);
}

fn bytes_for<T>() -> usize {
    let before = BYTES.load(Relaxed);
    let _channel = channel::<T>(EVENTS);
    BYTES.load(Relaxed) - before
}
