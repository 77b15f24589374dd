//! A lock, two condition variables and a ring are a queue with a bound: a channel, nearly.
//!
//! `push` waits while it is full, `pop` while it is empty. Two condition variables, since with one
//! a `push` might wake another `push`, which cannot go on, and the `pop` that could sleeps on. What
//! it lacks to a channel is an end, and a way to wait for several.

use std::collections::VecDeque;
use std::thread;

use concurrency::sync::{Condvar, Mutex};

struct Queue {
    numbers: Mutex<VecDeque<u32>>,
    not_empty: Condvar,
    not_full: Condvar,
}

const ROOM: usize = 4;

impl Queue {
    fn push(&self, number: u32) {
        let numbers = self.numbers.lock();
        let mut numbers = self
            .not_full
            .wait_while(numbers, |numbers| numbers.len() == ROOM);
        numbers.push_back(number);
        assert!(numbers.len() <= ROOM);
        self.not_empty.notify_one();
    }

    fn pop(&self) -> u32 {
        let numbers = self.numbers.lock();
        let mut numbers = self.not_empty.wait_while(numbers, |n| n.is_empty());
        self.not_full.notify_one();
        numbers.pop_front().expect("it is not empty")
    }
}

static QUEUE: Queue = Queue {
    numbers: Mutex::new(VecDeque::new()),
    not_empty: Condvar::new(),
    not_full: Condvar::new(),
};

fn main() {
    let producer = thread::spawn(|| (1..=1_000).for_each(|number| QUEUE.push(number)));
    let consumers: Vec<_> = (0..2)
        .map(|_| thread::spawn(|| (0..500).map(|_| QUEUE.pop()).sum::<u32>()))
        .collect();
    producer.join().expect("it does not panic");
    let sums = consumers
        .into_iter()
        .map(|thread| thread.join().expect("nor these"));
    let sum: u32 = sums.sum();
    println!("1000 numbers through {ROOM} places: {sum}");
    assert_eq!(sum, 500_500, "each once");
}
