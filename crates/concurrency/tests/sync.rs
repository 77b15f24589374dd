//! The locks: what they promise, with real threads.

mod common;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use concurrency::sync::{Barrier, Condvar, Map, Mutex, Once, Pool, RwLock, Semaphore, WaitGroup};
use proptest::prelude::*;

/// Does `work` on a thread of its own, and fails if it is not over in time.
fn ends<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (tx, rx) = mpsc::channel();
    thread::spawn(move || tx.send(work()));
    rx.recv_timeout(common::DEADLINE)
        .unwrap_or_else(|_| panic!("waiting for {what}"))
}

#[test]
fn a_mutex_loses_no_increment() {
    let count = ends("increments", || {
        let count = Mutex::new(0u64);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..20_000).for_each(|_| *count.lock() += 1));
            }
        });
        count.into_inner()
    });
    assert_eq!(count, 160_000);
}

#[test]
fn try_lock_does_not_wait_and_a_panic_unlocks() {
    let lock = Mutex::new(vec![1]);
    let held = lock.lock();
    assert!(lock.try_lock().is_none());
    assert_eq!(format!("{lock:?}"), "Mutex(<locked>)");
    drop(held);
    let panic = catch_unwind(AssertUnwindSafe(|| {
        lock.lock().push(2);
        let _held = lock.lock();
        panic!("in the middle");
    }));
    assert!(panic.is_err());
    assert_eq!(*lock.lock(), [1, 2], "not poisoned, and as it was left");
}

#[test]
fn a_condvar_wakes_one_or_all_and_times_out() {
    ends("all to be woken", || {
        let (lock, changed) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let mut left = changed.wait_while(lock.lock(), |left| *left == 0);
                    *left -= 1;
                });
            }
            for _ in 0..3 {
                *lock.lock() += 1;
                changed.notify_one();
            }
            *lock.lock() += 3;
            changed.notify_all();
        });
        assert_eq!(*lock.lock(), 0);
    });
    let (lock, never) = (Mutex::new(()), Condvar::new());
    let start = Instant::now();
    let end = start + Duration::from_millis(20);
    drop(never.wait_while_until(lock.lock(), end, |()| true));
    assert!(Instant::now() >= end);
}

#[test]
fn readers_are_together_and_a_writer_is_alone() {
    ends("readers to meet", || {
        let lock = RwLock::new(());
        let meet = Barrier::new(3);
        thread::scope(|scope| {
            for _ in 0..3 {
                // All three are inside at the same time, or the barrier would never open.
                scope.spawn(|| {
                    let _reads = lock.read();
                    meet.wait();
                });
            }
        });
    });
    let (inside, lock) = (AtomicUsize::new(0), RwLock::new(0u64));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..5_000 {
                    let mut value = lock.write();
                    assert_eq!(
                        inside.fetch_add(1, Ordering::SeqCst),
                        0,
                        "a writer is alone"
                    );
                    *value += 1;
                    inside.fetch_sub(1, Ordering::SeqCst);
                }
            });
            scope.spawn(|| {
                for _ in 0..5_000 {
                    let _value = lock.read();
                    assert_eq!(
                        inside.load(Ordering::SeqCst),
                        0,
                        "no writer beside a reader"
                    );
                }
            });
        }
    });
    assert_eq!(lock.into_inner(), 15_000);
}

#[test]
fn a_writer_gets_in_though_readers_never_stop() {
    ends("the writer", || {
        let (lock, stop) = (RwLock::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let _value = lock.read();
                        thread::yield_now();
                    }
                });
            }
            for _ in 0..50 {
                *lock.write() += 1;
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(lock.into_inner(), 50);
    });
}

#[test]
fn once_is_once_and_all_see_it() {
    for _ in 0..200 {
        let (once, runs) = (Once::new(), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    once.call_once(|| {
                        runs.fetch_add(1, Ordering::Relaxed);
                    });
                    assert_eq!(runs.load(Ordering::Relaxed), 1);
                });
            }
        });
    }
    let once = Once::new();
    assert!(catch_unwind(AssertUnwindSafe(|| once.call_once(|| panic!("failed")))).is_err());
    assert!(!once.is_done(), "the next one tries");
    once.call_once(|| ());
    assert!(once.is_done());
}

#[test]
fn a_wait_group_waits_and_does_not_go_below_zero() {
    ends("the group", || {
        let (group, done) = (WaitGroup::new(), AtomicUsize::new(0));
        group.wait();
        for _ in 0..100 {
            group.add(4);
            thread::scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        done.fetch_add(1, Ordering::Relaxed);
                        group.done();
                    });
                }
                scope.spawn(|| group.wait());
                group.wait();
                assert_eq!(done.swap(0, Ordering::Relaxed), 4);
            });
        }
    });
    let panic = catch_unwind(|| WaitGroup::new().done()).unwrap_err();
    assert_eq!(
        panic.downcast_ref::<&str>(),
        Some(&"negative wait group counter")
    );
    let group = WaitGroup::new();
    group.add((1 << 31) - 1);
    assert!(catch_unwind(AssertUnwindSafe(|| group.add(1))).is_err());
}

#[test]
fn a_semaphore_lets_so_many_in() {
    let (semaphore, inside) = (Semaphore::new(3), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..1_000 {
                    let _permit = semaphore.acquire();
                    assert!(inside.fetch_add(1, Ordering::SeqCst) < 3);
                    inside.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(semaphore.available(), 3);
}

#[test]
fn a_barrier_opens_for_all_and_closes_again() {
    let (barrier, round, leaders) = (Barrier::new(4), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for number in 0..500 {
                    assert_eq!(round.load(Ordering::SeqCst), number);
                    if barrier.wait() {
                        leaders.fetch_add(1, Ordering::Relaxed);
                        round.fetch_add(1, Ordering::SeqCst);
                    }
                    barrier.wait();
                }
            });
        }
    });
    // Of the second meeting of each round nobody counts the leader.
    assert_eq!(leaders.load(Ordering::Relaxed), 500);
}

#[test]
fn a_pool_hands_out_what_was_put_and_each_thing_once() {
    let made = AtomicUsize::new(0);
    let pool = Pool::new(|| made.fetch_add(1, Ordering::Relaxed));
    let in_use = Mutex::new(std::collections::HashSet::new());
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..2_000 {
                    let thing = pool.get();
                    assert!(in_use.lock().insert(thing), "two have {thing}");
                    in_use.lock().remove(&thing);
                    pool.put(thing);
                }
            });
        }
    });
    pool.clear();
    let before = made.load(Ordering::Relaxed);
    assert_eq!(pool.get(), before, "cleared, it makes a new one");
}

#[test]
fn of_many_who_store_one_is_first() {
    let map = Map::new();
    let firsts = AtomicUsize::new(0);
    let values: Vec<usize> = thread::scope(|scope| {
        let racers = (0..50).map(|racer| {
            let (map, firsts) = (&map, &firsts);
            scope.spawn(move || {
                let (value, loaded) = map.load_or_store("key", racer);
                firsts.fetch_add(usize::from(!loaded), Ordering::Relaxed);
                value
            })
        });
        let racers: Vec<_> = racers.collect();
        racers
            .into_iter()
            .map(|racer| racer.join().unwrap())
            .collect()
    });
    assert_eq!(firsts.load(Ordering::Relaxed), 1);
    assert!(values.iter().all(|value| *value == values[0]));
}

#[derive(Debug, Clone)]
enum Step {
    Store(u8, u32),
    LoadOrStore(u8, u32),
    Update(u8, u32),
    Remove(u8),
    Load(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let key = 0..12u8;
    prop_oneof![
        (key.clone(), any::<u32>()).prop_map(|(key, value)| Step::Store(key, value)),
        (key.clone(), any::<u32>()).prop_map(|(key, value)| Step::LoadOrStore(key, value)),
        (key.clone(), any::<u32>()).prop_map(|(key, value)| Step::Update(key, value)),
        key.clone().prop_map(Step::Remove),
        key.prop_map(Step::Load),
    ]
}

proptest! {
    #![proptest_config(common::cases(128))]

    /// On one thread it is a HashMap.
    #[test]
    fn a_map_does_what_a_hash_map_does(steps in prop::collection::vec(step(), 0..60)) {
        let (map, mut model) = (Map::new(), HashMap::new());
        for step in steps {
            match step {
                Step::Store(key, value) => {
                    prop_assert_eq!(map.store(key, value), model.insert(key, value));
                }
                Step::LoadOrStore(key, value) => {
                    let loaded = model.contains_key(&key);
                    let kept = *model.entry(key).or_insert(value);
                    prop_assert_eq!(map.load_or_store(key, value), (kept, loaded));
                }
                Step::Update(key, n) => {
                    map.update(key, |old| old.map_or(n, |old| old ^ n));
                    model.entry(key).and_modify(|old| *old ^= n).or_insert(n);
                }
                Step::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                Step::Load(key) => prop_assert_eq!(map.load(&key), model.get(&key).copied()),
            }
            prop_assert_eq!(map.len(), model.len());
        }
        let mut seen = HashMap::new();
        map.for_each(|key, value| {
 seen.insert(*key, *value);
});
        prop_assert_eq!(seen, model);
    }
}
