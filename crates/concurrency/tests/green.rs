//! Green threads at work: turns, waiting, panics, depth. What crashes or is stopped by signals is in
//! `green_processes`.

use std::cell::{Cell, RefCell};
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use concurrency::green::{
    self, Builder, Cancelled, RunError, State, current, park, sleep, spawn, spawn_named, yield_now,
};

fn run<T: 'static>(main: impl FnOnce() -> T + 'static) -> T {
    green::run(main).unwrap()
}

#[test]
fn threads_take_turns_in_the_order_of_their_start() {
    let log = run(|| {
        let log = Rc::new(RefCell::new(Vec::new()));
        let threads: Vec<_> = (0..3)
            .map(|number| {
                let log = Rc::clone(&log);
                spawn(move || {
                    for turn in 0..2 {
                        log.borrow_mut().push((turn, number));
                        yield_now();
                    }
                })
            })
            .collect();
        assert!(log.borrow().is_empty(), "spawn only queues");
        for thread in threads {
            thread.join().unwrap();
        }
        log.take()
    });
    assert_eq!(log, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]);
}

#[test]
fn all_run_on_one_thread_of_the_system_each_on_its_stack() {
    let (ids, places) = run(|| {
        let threads: Vec<_> = (0..100)
            .map(|_| {
                spawn(|| {
                    let local = 0u8;
                    let place = (&raw const local).addr();
                    yield_now();
                    assert!(current().is_on_stack(place));
                    (thread::current().id(), place)
                })
            })
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.unzip::<ThreadId, usize, Vec<_>, Vec<_>>()
    });
    assert!(ids.iter().all(|id| *id == thread::current().id()));
    let mut places = places;
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 100);
}

#[test]
fn ten_thousand_in_turn_use_few_stacks() {
    let stacks = run(|| {
        let mut tops = std::collections::HashSet::new();
        let mut sum = 0u64;
        for batch in 0..1000 {
            let threads: Vec<_> = (0..10)
                .map(|number| {
                    spawn(move || {
                        let local = 0u8;
                        yield_now();
                        (batch * 10 + number, (&raw const local).addr())
                    })
                })
                .collect();
            for thread in threads {
                let (number, place) = thread.join().unwrap();
                sum += number;
                tops.insert(place);
            }
        }
        assert_eq!(sum, 9999 * 10_000 / 2);
        tops.len()
    });
    assert_eq!(stacks, 10);
}

#[test]
fn ten_thousand_at_a_time() {
    let sum = run(|| {
        let threads: Vec<_> = (0..10_000u64)
            .map(|number| {
                spawn(move || {
                    yield_now();
                    number
                })
            })
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.sum::<u64>()
    });
    assert_eq!(sum, 9999 * 10_000 / 2);
}

/// A little chaos in floats: the same numbers give the same result, whoever computes in between.
fn orbit(seed: u32, pause: impl Fn()) -> [f64; 8] {
    let mut x: [f64; 8] = std::array::from_fn(|place| 0.1 + f64::from(seed + place as u32) / 1e4);
    for _ in 0..200 {
        x = x.map(|x| 3.9 * x * (1.0 - x));
        pause();
    }
    x
}

#[test]
fn floats_survive_other_peoples_floats() {
    let alone: Vec<_> = (0..50).map(|seed| orbit(seed, || ())).collect();
    let together = run(|| {
        let threads: Vec<_> = (0..50)
            .map(|seed| spawn(move || orbit(seed, yield_now)))
            .collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.collect::<Vec<_>>()
    });
    assert_eq!(alone, together);
}

#[inline(never)]
fn descend(levels: usize) -> usize {
    let frame = black_box([levels; 32]);
    if levels == 0 {
        yield_now();
        return 0;
    }
    descend(levels - 1) + black_box(frame)[31] / levels
}

#[test]
fn a_deep_stack_is_left_and_found_again() {
    let deep = Builder::new().stack_size(64 << 20);
    let sums = deep.run(|| {
        let threads: Vec<_> = (0..4).map(|_| spawn(|| descend(50_000))).collect();
        let ended = threads.into_iter().map(|thread| thread.join().unwrap());
        ended.collect::<Vec<_>>()
    });
    assert_eq!(sums.unwrap(), [50_000; 4]);
}

#[test]
fn an_unpark_before_the_park_is_kept_and_a_second_one_is_not() {
    run(|| {
        current().unpark();
        current().unpark();
        park();
        let parked = Rc::new(Cell::new(0));
        let counted = Rc::clone(&parked);
        let sleeper = spawn(move || {
            for _ in 0..3 {
                park();
                counted.set(counted.get() + 1);
            }
        });
        assert_eq!(sleeper.thread().state(), State::Runnable);
        for woken in 0..3 {
            yield_now();
            assert_eq!(sleeper.thread().state(), State::Parked);
            assert_eq!(parked.get(), woken);
            sleeper.thread().unpark();
            assert_eq!(sleeper.thread().state(), State::Runnable);
        }
        let thread = sleeper.thread().clone();
        sleeper.join().unwrap();
        assert_eq!((thread.state(), parked.get()), (State::Finished, 3));
        thread.unpark();
        assert_eq!(thread.stack_resident().unwrap(), 0);
    });
}

#[test]
fn sleepers_wake_in_the_order_of_their_times() {
    let start = Instant::now();
    let order = run(|| {
        let order = Rc::new(RefCell::new(Vec::new()));
        let threads: Vec<_> = [30, 10, 20]
            .map(|time| {
                let order = Rc::clone(&order);
                spawn(move || {
                    sleep(Duration::from_millis(time));
                    order.borrow_mut().push(time);
                })
            })
            .into();
        yield_now();
        assert_eq!(threads[0].thread().state(), State::Sleeping);
        for thread in threads {
            thread.join().unwrap();
        }
        order.take()
    });
    assert_eq!(order, [10, 20, 30]);
    assert!(start.elapsed() >= Duration::from_millis(30));
}

#[test]
fn a_panic_is_the_result_of_its_thread_alone() {
    run(|| {
        let falls = spawn_named("falls", || {
            yield_now();
            panic!("as planned");
        });
        let stands = spawn(|| {
            yield_now();
            yield_now();
            7
        });
        let payload = falls.join().map(|()| unreachable!()).unwrap_err();
        assert_eq!(payload.downcast_ref::<&str>(), Some(&"as planned"));
        assert_eq!(stands.join().unwrap(), 7);
    });
}

#[test]
fn main_panics_when_all_others_are_over() {
    let over = Rc::new(Cell::new(false));
    let told = Rc::clone(&over);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        run(move || {
            spawn(move || {
                sleep(Duration::from_millis(5));
                told.set(true);
            });
            panic!("as planned");
        });
    }));
    let payload = panicked.map(|()| unreachable!()).unwrap_err();
    assert_eq!(payload.downcast_ref::<&str>(), Some(&"as planned"));
    assert!(over.get());
}

/// Lets others run while its thread unwinds.
struct Yields;

impl Drop for Yields {
    fn drop(&mut self) {
        for _ in 0..10 {
            yield_now();
        }
    }
}

#[test]
fn two_threads_may_unwind_at_the_same_time() {
    run(|| {
        let threads: Vec<_> = (0..20)
            .map(|number| {
                spawn(move || {
                    let _yields = Yields;
                    let caught = catch_unwind(|| {
                        let _yields = Yields;
                        std::panic::resume_unwind(Box::new(number));
                    });
                    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&number));
                    std::panic::resume_unwind(Box::new(100 + number));
                })
            })
            .collect();
        for (number, thread) in threads.into_iter().enumerate() {
            let payload = thread.join().map(|()| unreachable!()).unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&(100 + number as i32)));
        }
    });
}

#[test]
fn who_waits_for_each_other_is_named_and_unwound() {
    let dropped = Rc::new(Cell::new(0));
    let counted = Rc::clone(&dropped);
    struct Count(Rc<Cell<u32>>);
    impl Drop for Count {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }
    let outcome = green::run(move || {
        for name in ["a", "b"] {
            let count = Count(Rc::clone(&counted));
            spawn_named(name, move || {
                let _count = count;
                park();
            });
        }
        let joins = spawn_named("c", park);
        let mine = Count(Rc::clone(&counted));
        let result = joins.join();
        drop(mine);
        result
    });
    let error = outcome.map(drop).unwrap_err();
    let RunError::Deadlock(names) = &error else {
        panic!("{error}");
    };
    assert_eq!(
        names[..],
        [
            "green thread 1 'main'",
            "green thread 2 'a'",
            "green thread 3 'b'",
            "green thread 4 'c'"
        ]
    );
    assert!(error.to_string().contains("deadlock"), "{error}");
    assert_eq!(dropped.get(), 3);
}

#[test]
fn a_result_of_a_thread_that_waited_for_ever_is_cancelled() {
    let seen = Rc::new(Cell::new(false));
    let told = Rc::clone(&seen);
    let outcome = green::run(move || {
        let parks = spawn(park);
        let told = Rc::clone(&told);
        spawn(move || {
            let caught = catch_unwind(park).unwrap_err();
            told.set(caught.is::<Cancelled>());
        });
        drop(parks);
    });
    assert!(matches!(outcome, Err(RunError::Deadlock(names)) if names.len() == 2));
    assert!(seen.get());
}

#[test]
fn there_is_one_scheduler_at_a_time_and_any_number_after_another() {
    for round in 0..3 {
        assert_eq!(run(move || round), round);
    }
    let nested = run(|| catch_unwind(|| green::run(|| ())).is_err());
    assert!(nested);
    assert!(catch_unwind(yield_now).is_err());
    assert!(catch_unwind(park).is_err());
    assert!(catch_unwind(|| spawn(|| ())).is_err());
}

#[test]
fn many_system_threads_have_a_scheduler_each() {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let sum = run(|| {
                    let threads: Vec<_> = (0..200u64)
                        .map(|number| {
                            spawn(move || {
                                yield_now();
                                number
                            })
                        })
                        .collect();
                    let ended = threads.into_iter().map(|thread| thread.join().unwrap());
                    ended.sum::<u64>()
                });
                assert_eq!(sum, 199 * 200 / 2);
            });
        }
    });
}

#[test]
fn a_backtrace_ends_at_the_bottom() {
    let trace = run(|| spawn(|| std::backtrace::Backtrace::force_capture().to_string()).join());
    let trace = trace.unwrap();
    assert!(trace.contains("green"), "{trace}");
    assert!(!trace.contains("Builder::run"), "{trace}");
}
