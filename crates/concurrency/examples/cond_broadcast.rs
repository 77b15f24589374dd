//! One broadcast lets all who wait go on; before it, nobody does.
//!
//! A condition variable has no memory: who comes after the call has missed it. And a waiter may
//! wake for no reason, as `futex(2)` and POSIX allow. So what is waited for is a value under the
//! lock, which each waiter looks at before it sleeps and when it wakes: `wait_while` is that loop.

use std::thread;

use concurrency::sync::{Condvar, Mutex};

struct Race {
    waiting: usize,
    go: bool,
    started: usize,
}

static RACE: Mutex<Race> = Mutex::new(Race {
    waiting: 0,
    go: false,
    started: 0,
});
static CHANGED: Condvar = Condvar::new();

fn runner() {
    let mut race = RACE.lock();
    race.waiting += 1;
    CHANGED.notify_all();
    let mut race = CHANGED.wait_while(race, |race| !race.go);
    race.started += 1;
}

fn main() {
    let runners: Vec<_> = (0..3).map(|_| thread::spawn(runner)).collect();
    let mut race = CHANGED.wait_while(RACE.lock(), |race| race.waiting < 3);
    println!("ready, set: {} wait, {} run", race.waiting, race.started);
    assert_eq!(race.started, 0);

    // Noise: it wakes them all, and they look, and sleep again.
    CHANGED.notify_all();
    race.go = true;
    drop(race);
    CHANGED.notify_all();
    for runner in runners {
        runner.join().expect("it does not panic");
    }
    println!("go: {} run", RACE.lock().started);
    assert_eq!(RACE.lock().started, 3);
}
