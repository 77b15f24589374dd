//! The kernel's part under loom: a list of who sleeps where. It wakes exactly those whom a futex
//! would have to wake and nobody else, so that a lost wake-up shows as a deadlock.

use std::time::Duration;

use loom::sync::atomic::{AtomicU32, Ordering};
use loom::sync::{Condvar, Mutex};

#[derive(Default)]
struct Sleepers {
    /// Where each sleeps, and its number.
    asleep: Vec<(usize, u64)>,
    last_number: u64,
}

loom::lazy_static! {
    static ref SLEEPERS: Mutex<Sleepers> = Mutex::new(Sleepers::default());
    static ref WOKEN: Condvar = Condvar::new();
}

fn address(word: &AtomicU32) -> usize {
    std::ptr::from_ref(word).addr()
}

/// loom has no clock: a limit never comes.
pub(super) fn wait(word: &AtomicU32, expected: u32, _: Option<Duration>) {
    let mut sleepers = SLEEPERS.lock().unwrap();
    if word.load(Ordering::SeqCst) != expected {
        return;
    }
    sleepers.last_number += 1;
    let me = (address(word), sleepers.last_number);
    sleepers.asleep.push(me);
    while sleepers.asleep.contains(&me) {
        sleepers = WOKEN.wait(sleepers).unwrap();
    }
}

pub(super) fn wake(word: &AtomicU32, all: bool) {
    let mut sleepers = SLEEPERS.lock().unwrap();
    let here = address(word);
    if all {
        sleepers.asleep.retain(|&(place, _)| place != here);
    } else if let Some(first) = sleepers.asleep.iter().position(|&(place, _)| place == here) {
        sleepers.asleep.remove(first);
    }
    WOKEN.notify_all();
}
