//! A race detector reports two additions that nothing orders, and nothing once a lock orders them.
//!
//! The program is the one that Go's detector is usually shown with: one adds 1 to a number, another
//! takes 1 away. In nearly every run the sum is right all the same. The detector does not ask for the sum.
//! It asks whether the program has *ordered* the two, and it has not, however the run went: so the report comes
//! each time. (Of an unsafe Rust program the same is asked by ThreadSanitizer,
//! `RUSTFLAGS=-Zsanitizer=thread` with a nightly compiler, and by Miri. They see each access to memory; this
//! one sees the variables that are `Tracked`.)

use std::sync::Arc;

use concurrency::race::{self, Checked, Mutex, Report, Tracked, WaitGroup};

fn add(num: &Tracked<i64>, amount: i64) {
    num.update(|num| num + amount);
}

fn both_add(add: fn(&(Tracked<i64>, Mutex<()>), i64)) -> Checked<i64> {
    race::check(|| {
        let shared = Arc::new((Tracked::new("num", 0), Mutex::new(())));
        let group = Arc::new(WaitGroup::new());
        group.add(2);
        for amount in [1, -1] {
            let (shared, group) = (Arc::clone(&shared), Arc::clone(&group));
            let _detached = race::spawn(move || {
                add(&shared, amount);
                group.done();
            });
        }
        group.wait();
        shared.0.get()
    })
}

fn main() {
    for run in 0..5 {
        let racy = both_add(|(num, _), amount| add(num, amount));
        let [
            Report {
                current, previous, ..
            },
            ..,
        ] = racy.races.as_slice()
        else {
            panic!("run {run} has a race, whatever came of it");
        };
        if run == 0 {
            println!("{racy}\n");
        }
        assert_ne!(current.strand, previous.strand);
        for frame in [&current.stack[0], &previous.stack[0]] {
            assert!(frame.file.ends_with("race_detector.rs"), "{frame}");
        }
    }
    for _ in 0..5 {
        let mended = both_add(|(num, lock), amount| {
            let _locked = lock.lock();
            add(num, amount);
        });
        assert_eq!((mended.value, mended.races), (0, vec![]));
    }
    println!("with a lock, five runs: the sum is 0, and there is no report");
}
