//! The order of results, and how many threads made them.
//!
//! ```syscalls
//! clone*(*CLONE_THREAD*) x6
//! ```

use std::sync::{Condvar, Mutex};
use std::time::Duration;

use super::exercise::map;

pub fn main() {
    // The first call ends after the second has.
    let (second_has_ended, ends) = (Mutex::new(false), Condvar::new());
    let squares = map(vec![1, 2], 2, |number: u64| {
        let mut ended = second_has_ended.lock().expect("no panic");
        if number == 2 {
            *ended = true;
            ends.notify_all();
        } else {
            let waited = ends.wait_timeout_while(ended, Duration::from_secs(10), |ended| !*ended);
            let (ended, outcome) = waited.expect("no panic");
            drop(ended);
            // What the second has given is surely on its way.
            std::thread::park_timeout(Duration::from_millis(20));
            assert!(
                !outcome.timed_out(),
                "two workers should do two items at the same time"
            );
        }
        number * number
    });
    assert_eq!(
        squares,
        [1, 4],
        "the call for 2 ended first; the results stand in the order of the items"
    );
    println!("✓ results stand in the order of the list");

    // Each call stays until there are more at once than there may be, or for a while.
    let (calls, entered) = (Mutex::new((0, 0)), Condvar::new());
    let results = map((0..8).collect(), 4, |number: u32| {
        let mut inside = calls.lock().expect("no panic");
        inside.0 += 1;
        inside.1 = inside.1.max(inside.0);
        entered.notify_all();
        let limit = Duration::from_millis(300);
        let waited = entered.wait_timeout_while(inside, limit, |(now, _)| *now <= 4);
        let (mut inside, _) = waited.expect("no panic");
        inside.0 -= 1;
        number
    });
    assert!(
        (0..8).eq(results),
        "eight items on four threads, in their order"
    );
    let (_, most) = calls.into_inner().expect("no panic");
    assert!(
        most <= 4,
        "four workers were asked for, and {most} calls ran at once"
    );
    println!("✓ never more than the workers asked for");
}
