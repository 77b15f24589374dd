//! A race on a list can be mended by a channel, by no concurrency, or by a lock.
//!
//! With a channel only the receiver has the list: the values travel. Without concurrency there is
//! nobody to race with, and for five multiplications that is the best. With a lock all have the
//! list, one after the other. All give the same, and in all but the second the order is not
//! promised.

use std::collections::BTreeSet;
use std::thread;

use channels::channel;
use concurrency::sync::Mutex;

const INPUT: [u32; 5] = [1, 2, 3, 4, 5];

fn by_channel() -> BTreeSet<u32> {
    let (tx, rx) = channel(0);
    for n in INPUT {
        let tx = tx.clone();
        thread::spawn(move || tx.send(2 * n).expect("somebody receives"));
    }
    // The last copy; the channel closes when the last thread drops its own.
    drop(tx);
    rx.iter().collect()
}

fn by_one_thread() -> BTreeSet<u32> {
    INPUT.iter().map(|n| 2 * n).collect()
}

fn by_lock() -> BTreeSet<u32> {
    let list = Mutex::new(BTreeSet::new());
    thread::scope(|scope| {
        for n in INPUT {
            let list = &list;
            scope.spawn(move || list.lock().insert(2 * n));
        }
    });
    list.into_inner()
}

fn main() {
    for (name, result) in [
        ("channel", by_channel()),
        ("one thread", by_one_thread()),
        ("lock", by_lock()),
    ] {
        println!("{name:10} {result:?}");
        assert_eq!(result, BTreeSet::from([2, 4, 6, 8, 10]));
    }
}
