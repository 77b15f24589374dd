//! A forwarder for each source merges any number of them; the last to end closes the result.
//!
//! A `select!` has as many arms as its source code; a list of channels takes a thread (a goroutine,
//! a task) for each, all sending to one channel. Go needs a `sync.WaitGroup` and one more goroutine
//! that waits for all and then closes. Here each forwarder owns a `Sender`, and when the last of
//! them is dropped the channel closes. `Select` with a list of cases would do it in one thread;
//! tokio has `StreamMap`, futures `select_all`.

use std::thread;

use channels::{Receiver, channel};

fn fan_in(sources: Vec<Receiver<usize>>) -> Receiver<usize> {
    let (tx, rx) = channel(0);
    for source in sources {
        let tx = tx.clone();
        thread::spawn(move || {
            for value in source {
                if tx.send(value).is_err() {
                    return;
                }
            }
        });
    }
    rx
}

fn main() {
    const SOURCES: usize = 10;
    let (ends, sources): (Vec<_>, Vec<_>) = (0..SOURCES).map(|_| channel(1)).unzip();
    let merged = fan_in(sources);

    for (ended, source) in ends.into_iter().enumerate() {
        // It is open while a source is: this send and this receive show it.
        source.send(ended).expect("its forwarder listens");
        assert_eq!(merged.recv(), Ok(ended));
        assert!(!merged.is_closed());
        drop(source);
    }
    assert!(merged.recv().is_err());
    println!("{SOURCES} sources merged; the result closed after the last had ended");
}
