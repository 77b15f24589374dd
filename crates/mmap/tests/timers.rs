//! The timers against a list that is sorted anew each time.

mod common;

use std::io::pipe;
use std::time::{Duration, Instant};

use common::cases;
use mmap::poller::{Events, Interest, Mode, Poller, TimerId, Timers, Token};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(u64),
    /// The how manieth of all that ever were, if there were so many.
    Cancel(usize),
    /// Goes on by so many milliseconds, and takes at most so many.
    Expire(u64, usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..50u64).prop_map(Step::Insert),
        2 => (0..60usize).prop_map(Step::Cancel),
        2 => (0..20u64, 0..6usize).prop_map(|(ms, most)| Step::Expire(ms, most)),
    ]
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn like_a_sorted_list(steps in vec(step(), 0..120)) {
        let mut now = Instant::now();
        let mut timers = Timers::new();
        let mut ids: Vec<TimerId> = Vec::new();
        let mut model: Vec<(Instant, usize)> = Vec::new();
        for step in steps {
            match step {
                Step::Insert(ms) => {
                    let deadline = now + Duration::from_millis(ms);
                    model.push((deadline, ids.len()));
                    ids.push(timers.insert(deadline, ids.len()));
                }
                Step::Cancel(n) => {
                    let Some(id) = ids.get(n) else { continue };
                    let there = model.iter().position(|&(_, value)| value == n);
                    prop_assert_eq!(timers.cancel(*id), there.map(|at| model.remove(at).1));
                }
                Step::Expire(ms, most) => {
                    now += Duration::from_millis(ms);
                    let due = model.iter().filter(|(deadline, _)| *deadline <= now);
                    let due: Vec<usize> = due.take(most).map(|&(_, value)| value).collect();
                    model.retain(|(_, value)| !due.contains(value));
                    let expired: Vec<usize> = timers.expired(now).take(most).collect();
                    prop_assert_eq!(expired, due);
                }
            }
            // Stable: of equal deadlines the one that came first.
            model.sort_by_key(|&(deadline, _)| deadline);
            let nearest = model.first().map(|&(deadline, _)| deadline);
            prop_assert_eq!(timers.next(), nearest);
            prop_assert_eq!(timers.len(), model.len());
            let timeout = nearest.map(|deadline| deadline.saturating_duration_since(now));
            prop_assert_eq!(timers.timeout(now), timeout);
        }
    }
}

#[test]
fn a_wait_ends_when_the_nearest_is_due() {
    let (reader, _writer) = pipe().unwrap();
    let poller = Poller::new().unwrap();
    poller
        .add(&reader, Token(0), Interest::READABLE, Mode::Level)
        .unwrap();
    let start = Instant::now();
    let mut timers = Timers::new();
    for ms in [30, 10, 20] {
        timers.insert(start + Duration::from_millis(ms), ms);
    }
    let mut events = Events::with_capacity(1);
    let mut order = Vec::new();
    while let Some(timeout) = timers.timeout(Instant::now()) {
        poller.wait(&mut events, Some(timeout)).unwrap();
        let now = Instant::now();
        for ms in timers.expired(now) {
            assert!(now >= start + Duration::from_millis(ms));
            order.push(ms);
        }
    }
    assert_eq!(order, [10, 20, 30]);
}
