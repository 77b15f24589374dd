//! What is to happen once happens once, whoever of a hundred threads comes first.
//!
//! The others wait until it is *done*, not only begun: after `call_once` all see what it made. Go's
//! `sync.Once` is the same; std's `LazyLock` is a `Once` with the value that it makes.

use std::thread;

use concurrency::sync::{Mutex, Once};

static ONCE: Once = Once::new();
static LOG: Mutex<Vec<&str>> = Mutex::new(Vec::new());

fn initialise() {
    LOG.lock().push("initialise");
}

fn main() {
    let threads: Vec<_> = (0..100)
        .map(|_| {
            thread::spawn(|| {
                ONCE.call_once(initialise);
                LOG.lock().len()
            })
        })
        .collect();
    for thread in threads {
        let seen = thread.join().expect("it does not panic");
        assert_eq!(seen, 1, "done when the call returns, and not again later");
    }
    ONCE.call_once(initialise);
    println!("{:?}", LOG.lock());
    assert_eq!(*LOG.lock(), ["initialise"]);
}
