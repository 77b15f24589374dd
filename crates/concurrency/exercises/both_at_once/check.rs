//! Whether two futures run at the same time, on one processor.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use concurrency::runtime::{Builder, yield_now};

use super::exercise::both;

pub fn main() {
    let runtime = Builder::new().processors(1).build().expect("a runtime");
    let log = Arc::new(Mutex::new(Vec::new()));
    let steps = |name: &'static str| {
        let log = Arc::clone(&log);
        async move {
            for _ in 0..3 {
                log.lock().expect("no panic").push(name);
                yield_now().await;
            }
            name
        }
    };
    let results = runtime.block_on(both(steps("left"), steps("right")));
    assert_eq!(results, ("left", "right"), "each result in its place");
    println!("✓ both results, each in its place");

    let log = log.lock().expect("no panic");
    let first_of_right = log
        .iter()
        .position(|name| *name == "right")
        .expect("it ran");
    let last_of_left = log
        .iter()
        .rposition(|name| *name == "left")
        .expect("it ran");
    assert!(
        first_of_right < last_of_left,
        "each yields after each step, so their steps should mix; they came like this: {log:?}"
    );
    println!("✓ the right one begins before the left one has ended");

    for left_waits in [true, false] {
        let told = Arc::new(AtomicBool::new(false));
        let half = |waits: bool| {
            let told = Arc::clone(&told);
            async move {
                // A thousand turns are more than the other needs; without it, they end all the same.
                for _ in 0..1000 {
                    if !waits {
                        told.store(true, Ordering::SeqCst);
                    }
                    if told.load(Ordering::SeqCst) {
                        return true;
                    }
                    yield_now().await;
                }
                false
            }
        };
        let results = runtime.block_on(both(half(left_waits), half(!left_waits)));
        assert_eq!(results, (true, true), "one of the two waits for the other");
    }
    println!("✓ either may wait for the other");
}
