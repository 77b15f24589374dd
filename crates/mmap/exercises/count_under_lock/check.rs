//! No number is lost or given twice, whoever counts at the same time.
//!
//! ```syscalls
//! flock($file, LOCK_EX) = 0
//! ```

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::exercise::count;

const THREADS: u64 = 8;
const TIMES: u64 = 100;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("number");

    let numbers = [(); 11].map(|()| count(&path).expect("the file can be written"));
    assert_eq!(
        numbers,
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
        "from 1, one more each time"
    );
    println!("✓ it counts from 1 to 11");

    let file = File::open(&path).expect("the file is there");
    file.try_lock()
        .expect("nobody counts now: the lock must be free when count returns");
    let (sender, counted) = mpsc::channel();
    let waiting = thread::spawn({
        let path = path.clone();
        move || sender.send(count(&path))
    });
    let early = counted.recv_timeout(Duration::from_millis(500));
    assert!(
        early.is_err(),
        "somebody else has the lock: count must wait, but got {early:?}"
    );
    fs::write(&path, "99").expect("the file is there");
    file.unlock().expect("it is locked");
    let number = counted.recv_timeout(Duration::from_secs(10));
    let number = number
        .expect("the lock is free again: count must go on")
        .expect("a number");
    assert_eq!(
        number, 100,
        "what was written before the lock was free counts"
    );
    waiting.join().expect("no panic").expect("somebody listens");
    println!("✓ it waits for who has the lock, and reads only then");

    let counters: Vec<_> = (0..THREADS)
        .map(|_| {
            let path = path.clone();
            let numbers = move || {
                (0..TIMES)
                    .map(|_| count(&path))
                    .collect::<Result<Vec<_>, _>>()
            };
            thread::spawn(numbers)
        })
        .collect();
    let given: BTreeSet<u64> = counters
        .into_iter()
        .flat_map(|counter| {
            counter
                .join()
                .expect("no panic")
                .expect("a number each time")
        })
        .collect();
    let expected: BTreeSet<u64> = (101..=100 + THREADS * TIMES).collect();
    assert_eq!(given.len(), expected.len(), "each number is given once");
    assert_eq!(given, expected, "no number is left out");
    println!("✓ {THREADS} threads count {TIMES} times each, and no number is lost");
}
