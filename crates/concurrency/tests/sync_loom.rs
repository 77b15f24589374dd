//! The locks in every interleaving, with loom; the kernel's part is modelled:
//! `RUSTFLAGS="--cfg loom" cargo test -p concurrency --release --test sync_loom`
//!
//! What a lock guards here is loom's own cell, which sees two at the same time.
#![cfg(loom)]
#![allow(unsafe_code)]

use concurrency::sync::{Condvar, Mutex, Once, RwLock, WaitGroup};
use loom::cell::UnsafeCell;
use loom::model::Builder;
use loom::sync::Arc;
use loom::thread;

/// At most three preemptions: almost all errors need fewer.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(test);
}

struct Counter(UnsafeCell<usize>);

impl Counter {
    fn new() -> Self {
        Counter(UnsafeCell::new(0))
    }

    fn add(&self) {
        self.0.with_mut(|count| {
            // SAFETY: the lock under test lets one in at a time; loom says so if it does not.
            unsafe { *count += 1 }
        });
    }

    fn get(&self) -> usize {
        // SAFETY: as above.
        self.0.with(|count| unsafe { *count })
    }
}

// SAFETY: loom's cell tells of each access that is not ordered.
unsafe impl Sync for Counter {}

#[test]
fn a_mutex_lets_one_in_and_forgets_nobody() {
    model(|| {
        let lock = Arc::new(Mutex::new(Counter::new()));
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let lock = Arc::clone(&lock);
                thread::spawn(move || lock.lock().add())
            })
            .collect();
        lock.lock().add();
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
        assert_eq!(lock.lock().get(), 3);
    });
}

#[test]
fn a_notification_is_not_lost() {
    model(|| {
        let shared = Arc::new((Mutex::new(false), Condvar::new()));
        let notifier = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                *shared.0.lock() = true;
                shared.1.notify_one();
            })
        };
        let ready = shared.1.wait_while(shared.0.lock(), |ready| !*ready);
        assert!(*ready);
        drop(ready);
        notifier.join().unwrap();
    });
}

#[test]
fn once_runs_once_and_is_seen_by_all() {
    model(|| {
        let shared = Arc::new((Once::new(), Counter::new()));
        let call = |shared: Arc<(Once, Counter)>| {
            shared.0.call_once(|| shared.1.add());
            assert_eq!(shared.1.get(), 1);
        };
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || call(shared))
            })
            .collect();
        call(shared);
        threads
            .into_iter()
            .for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn a_writer_is_alone_and_readers_come_in_again() {
    model(|| {
        let lock = Arc::new(RwLock::new(Counter::new()));
        let writer = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || lock.write().add())
        };
        let reader = {
            let lock = Arc::clone(&lock);
            thread::spawn(move || lock.read().get())
        };
        assert!(lock.read().get() <= 1);
        assert!(reader.join().unwrap() <= 1);
        writer.join().unwrap();
        assert_eq!(lock.read().get(), 1);
    });
}

#[test]
fn waiting_sees_what_was_done() {
    model(|| {
        let shared = Arc::new((WaitGroup::new(), Mutex::new(0), Counter::new()));
        shared.0.add(2);
        let work = |number| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                if number == 0 {
                    shared.2.add();
                } else {
                    *shared.1.lock() += 1;
                }
                shared.0.done();
            })
        };
        let threads = [work(0), work(1)];
        shared.0.wait();
        assert_eq!((shared.2.get(), *shared.1.lock()), (1, 1));
        for thread in threads {
            thread.join().unwrap();
        }
    });
}
