//! The parts of the scheduler on which threads meet, in every interleaving, with loom:
//! `RUSTFLAGS="--cfg loom" cargo test -p concurrency --release --test scheduler_loom`
//!
//! They are private, so this file takes in their sources as modules of its own.

#![cfg(loom)]
#![allow(dead_code, unreachable_pub)]

#[path = "../src/primitive.rs"]
mod primitive;

#[path = "../src/runtime/parker.rs"]
mod parker;

#[path = "../src/runtime/queue/mod.rs"]
mod queue;

#[path = "../src/runtime/task"]
mod task {
    pub mod state;

    #[derive(Debug, PartialEq)]
    pub enum Phase {
        Runnable,
        Running,
        Waiting,
        Dead,
    }
}

use std::sync::Arc;

use loom::model::Builder;
use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use loom::thread;
use parker::Parker;
use queue::{CAPACITY, Item, Local};
use task::state::{Begin, Finish, Pause, State, Wake};

/// At most two preemptions: almost all errors need fewer, and without a bound it would take days.
fn model(test: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(2);
    builder.check(test);
}

struct Number(usize);

impl Item for Number {
    fn into_word(self) -> usize {
        self.0
    }

    fn from_word(word: usize) -> Self {
        assert_ne!(word, 0, "what is taken was put there");
        Number(word)
    }
}

fn drain(queue: &Local<Number>) -> Vec<usize> {
    std::iter::from_fn(|| queue.pop_next().or_else(|| queue.pop()))
        .map(|number| number.0)
        .collect()
}

fn assert_each_once(mut taken: Vec<usize>, number: usize) {
    taken.sort_unstable();
    assert_eq!(taken, (1..=number).collect::<Vec<_>>());
}

#[test]
fn owner_and_thief_take_each_item_once() {
    model(|| {
        let queue = Arc::new(Local::new());
        let no_overflow = |_: Number| panic!("there is room");
        (1..=3).for_each(|n| queue.push(Number(n), no_overflow));
        let victim = Arc::clone(&queue);
        let thief = thread::spawn(move || {
            let own = Local::new();
            let first = victim.steal_into(&own, false).map(|number| number.0);
            first.into_iter().chain(drain(&own)).collect::<Vec<_>>()
        });
        let mut taken: Vec<_> = queue.pop().map(|number| number.0).into_iter().collect();
        queue.push_next(Number(4), no_overflow);
        taken.extend(thief.join().unwrap());
        taken.extend(drain(&queue));
        assert_each_once(taken, 4);
    });
}

#[test]
fn two_thieves_take_each_item_once() {
    model(|| {
        let queue = Arc::new(Local::new());
        (1..=4).for_each(|n| queue.push(Number(n), |_: Number| panic!("there is room")));
        let steal = |victim: Arc<Local<Number>>| {
            thread::spawn(move || {
                let own = Local::new();
                let first = victim.steal_into(&own, true).map(|number| number.0);
                first.into_iter().chain(drain(&own)).collect::<Vec<_>>()
            })
        };
        let thieves = [steal(Arc::clone(&queue)), steal(Arc::clone(&queue))];
        let mut taken = Vec::new();
        for thief in thieves {
            taken.extend(thief.join().unwrap());
        }
        taken.extend(drain(&queue));
        assert_each_once(taken, 4);
    });
}

#[test]
fn the_slot_goes_to_the_owner_or_to_a_thief() {
    model(|| {
        let queue = Arc::new(Local::new());
        queue.push_next(Number(1), |_: Number| panic!("there is room"));
        let victim = Arc::clone(&queue);
        let thief = thread::spawn(move || {
            let own = Local::new();
            victim.steal_into(&own, true).map(|number| number.0)
        });
        let mine = queue.pop_next().map(|number| number.0);
        let theirs = thief.join().unwrap();
        assert_each_once(mine.into_iter().chain(theirs).collect(), 1);
    });
}

#[test]
fn a_full_queue_spills_while_it_is_stolen_from() {
    model(|| {
        let queue = Arc::new(Local::new());
        let count = CAPACITY + 1;
        (1..count).for_each(|n| queue.push(Number(n), |_: Number| panic!("there is room")));
        let victim = Arc::clone(&queue);
        let thief = thread::spawn(move || {
            let own = Local::new();
            let first = victim.steal_into(&own, false).map(|number| number.0);
            first.into_iter().chain(drain(&own)).collect::<Vec<_>>()
        });
        let mut taken = Vec::new();
        queue.push(Number(count), |number| taken.push(number.0));
        taken.extend(thief.join().unwrap());
        taken.extend(drain(&queue));
        assert_each_once(taken, count);
    });
}

/// A task's life in miniature: `ready` is what it waits for, `queued` how often it is in a queue.
struct Task {
    state: State,
    ready: AtomicBool,
    queued: AtomicUsize,
}

#[test]
fn a_wake_is_never_lost_and_never_queues_twice() {
    model(|| {
        let task = Arc::new(Task {
            state: State::new(),
            ready: AtomicBool::new(false),
            queued: AtomicUsize::new(1),
        });
        let waker = |task: &Arc<Task>| {
            let task = Arc::clone(task);
            thread::spawn(move || {
                // Relaxed: what makes it seen is the wake itself.
                task.ready.store(true, Ordering::Relaxed);
                if task.state.wake_by_ref() == Wake::Queue {
                    assert_eq!(task.queued.fetch_add(1, Ordering::AcqRel), 0);
                }
            })
        };
        let wakers = [waker(&task), waker(&task)];
        // The runner: as long as it is in a queue, polls it.
        let mut seen = false;
        let mut run = || {
            while task.queued.load(Ordering::Acquire) > 0 {
                task.queued.fetch_sub(1, Ordering::AcqRel);
                assert_eq!(task.state.begin(), Begin::Poll);
                seen |= task.ready.load(Ordering::Relaxed);
                match task.state.pause() {
                    Pause::Requeue => {
                        assert_eq!(task.queued.fetch_add(1, Ordering::AcqRel), 0);
                    }
                    Pause::Wait => {}
                    other => panic!("{other:?}: nobody aborted it, and there are references"),
                }
            }
        };
        run();
        wakers.into_iter().for_each(|waker| waker.join().unwrap());
        run();
        assert!(
            seen,
            "the poll after the last wake sees what came before it"
        );
    });
}

#[test]
fn a_handle_gets_the_output_or_is_woken() {
    model(|| {
        let state = Arc::new(State::new());
        let woken = Arc::new(AtomicBool::new(false));
        let runner = {
            let (state, woken) = (Arc::clone(&state), Arc::clone(&woken));
            thread::spawn(move || {
                assert_eq!(state.begin(), Begin::Poll);
                match state.finish() {
                    Finish::KeepAndWake => woken.store(true, Ordering::Release),
                    Finish::Keep => {}
                    Finish::Drop => panic!("there is a handle"),
                }
            })
        };
        let waits = state.set_awaited();
        runner.join().unwrap();
        assert_eq!(waits, woken.load(Ordering::Acquire));
        assert!(state.is_complete());
    });
}

#[test]
fn the_output_is_dropped_by_exactly_one() {
    model(|| {
        let state = Arc::new(State::new());
        let runner = {
            let state = Arc::clone(&state);
            thread::spawn(move || {
                assert_eq!(state.begin(), Begin::Poll);
                state.finish() == Finish::Drop
            })
        };
        let by_handle = state.drop_handle();
        let by_runner = runner.join().unwrap();
        assert!(by_handle != by_runner);
    });
}

#[test]
fn the_last_reference_is_dropped_by_exactly_one() {
    model(|| {
        // Three references: each thread drops one, and this one too.
        let state = Arc::new(State::new());
        let drops: Vec<_> = (0..2)
            .map(|_| {
                let state = Arc::clone(&state);
                thread::spawn(move || state.drop_reference())
            })
            .collect();
        let mine = state.drop_reference();
        let lasts = drops.into_iter().map(|drop| drop.join().unwrap());
        assert_eq!(lasts.chain([mine]).filter(|&last| last).count(), 1);
    });
}

#[test]
fn a_token_is_never_lost() {
    model(|| {
        let parker = Arc::new(Parker::new());
        let passed = Arc::new(AtomicUsize::new(0));
        let giver = {
            let (parker, passed) = (Arc::clone(&parker), Arc::clone(&passed));
            thread::spawn(move || {
                passed.store(1, Ordering::Relaxed);
                parker.unpark();
            })
        };
        parker.park();
        assert_eq!(
            passed.load(Ordering::Relaxed),
            1,
            "the token brings what came before it"
        );
        giver.join().unwrap();
    });
}

/// The delicate moment of the scheduler: an M stops spinning while a task becomes runnable.
#[test]
fn a_task_is_seen_by_the_last_who_spins_or_wakes_another() {
    model(|| {
        struct Shared {
            spinning: AtomicUsize,
            queue: AtomicUsize,
        }
        let shared = Arc::new(Shared {
            spinning: AtomicUsize::new(1),
            queue: AtomicUsize::new(0),
        });
        let submitter = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                shared.queue.store(1, Ordering::Release);
                fence(Ordering::SeqCst);
                shared.spinning.load(Ordering::Relaxed) == 0
            })
        };
        shared.spinning.fetch_sub(1, Ordering::SeqCst);
        fence(Ordering::SeqCst);
        let seen = shared.queue.load(Ordering::Acquire) == 1;
        let wakes = submitter.join().unwrap();
        assert!(seen || wakes, "nobody looks at the task");
    });
}
