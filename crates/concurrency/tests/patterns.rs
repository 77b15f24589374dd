//! The patterns, on the runtime.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concurrency::patterns::future::{Broken, promise};
use concurrency::patterns::group::Group;
use concurrency::patterns::parallel::parallel_for;
use concurrency::patterns::pipeline::{source, stage};
use concurrency::patterns::pool::WorkerPool;
use concurrency::patterns::rate::Bucket;
use concurrency::patterns::stream::{Event, stream};
use concurrency::runtime::{Runtime, spawn, timeout};
use proptest::prelude::*;

fn run<F: Future>(test: F) -> F::Output {
    Runtime::new().block_on(async { timeout(common::DEADLINE, test).await.expect("it ends") })
}

#[test]
fn a_hundred_readers_get_one_value() {
    run(async {
        let (promise, future) = promise();
        let readers: Vec<_> = (0..100)
            .map(|_| {
                let future = future.clone();
                spawn(async move { future.get_async().await.cloned() })
            })
            .collect();
        promise.keep("value".to_owned());
        for reader in readers {
            assert_eq!(reader.await.unwrap().as_deref(), Ok("value"));
        }
        assert_eq!(future.get().map(String::len), Ok(5));
    });
}

#[test]
fn a_dropped_promise_is_an_error_and_no_wait() {
    run(async {
        let (promise, future) = promise::<u8>();
        assert_eq!(future.try_get(), None);
        drop(promise);
        assert_eq!(future.get_async().await, Err(Broken));
        assert_eq!(future.get(), Err(Broken));
    });
}

#[test]
fn a_stream_ends_with_its_error() {
    let events = run(async {
        let (emitter, numbers) = stream(1);
        drop(spawn(async move {
            assert!(emitter.next(1).await);
            assert!(emitter.next(2).await);
            emitter.error("broken").await;
        }));
        numbers.map(|n| n * n).filter(|n| *n > 1).collect().await
    });
    assert_eq!(events, [Event::Next(4), Event::Error("broken")]);
}

#[test]
fn a_source_learns_that_nobody_observes() {
    run(async {
        let (emitter, numbers) = stream::<u32, ()>(1);
        drop(numbers.map(|n| n + 1));
        while emitter.next(0).await {}
    });
}

#[test]
fn a_pipeline_with_many_tasks_loses_nothing() {
    let mut squares = run(async {
        let squares = stage(source(0..1_000u64, 4), 5, |n| n * n);
        let mut all = Vec::new();
        while let Ok(square) = squares.recv_async().await {
            all.push(square);
        }
        all
    });
    squares.sort_unstable();
    assert_eq!(squares, (0..1_000).map(|n| n * n).collect::<Vec<u64>>());
}

#[test]
fn the_first_error_cancels_and_a_panic_does_too() {
    let outcome = run(async {
        let mut group = Group::new();
        for _ in 0..10 {
            group.spawn(|context| async move {
                let _closed = context.done().recv_async().await;
                Err("cancelled")
            });
        }
        group.spawn(|_| async { Err("first") });
        group.wait().await
    });
    assert_eq!(outcome, Err("first"));
    let fine = run(async {
        let mut group = Group::<()>::new();
        group.spawn(|_| async { Ok(()) });
        group.wait().await
    });
    assert_eq!(fine, Ok(()));
}

#[test]
fn a_parallel_loop_does_each_turn_once() {
    for (range, grain) in [
        (0..0, 1),
        (5..6, 10),
        (3..1_000, 7),
        (0..64, 0),
        (0..10, usize::MAX),
    ] {
        let turns: Arc<Vec<AtomicUsize>> =
            Arc::new((0..1_000).map(|_| AtomicUsize::new(0)).collect());
        let seen = Arc::clone(&turns);
        run(parallel_for(range.clone(), grain, move |n| {
            seen[n].fetch_add(1, Ordering::Relaxed);
        }));
        for (n, count) in turns.iter().enumerate() {
            let expected = usize::from(range.contains(&n));
            assert_eq!(
                count.load(Ordering::Relaxed),
                expected,
                "turn {n} of {range:?} by {grain}"
            );
        }
    }
}

#[test]
fn a_job_that_panics_breaks_its_promise_only() {
    run(async {
        let pool = WorkerPool::new(2, 1);
        let bad = pool
            .submit(|_| -> u32 { panic!("a job fails, as the test wants") })
            .await;
        assert_eq!(bad.get_async().await, Err(Broken));
        let good = pool.submit(|worker| worker).await;
        assert!(*good.get_async().await.unwrap() < 2);
        assert_eq!(pool.close().await.iter().sum::<u64>(), 1);
    });
}

proptest! {
    #![proptest_config(common::cases(256))]

    /// In each window of time no more pass than the burst and the rate allow.
    #[test]
    fn a_bucket_keeps_the_rate(
        burst in 0..5u32,
        period in 1..50u64,
        steps in prop::collection::vec(0..100u64, 1..40),
    ) {
        let (start, unit) = (Instant::now(), Duration::from_millis(1));
        let mut bucket = Bucket::new(unit * period as u32, burst, start);
        let mut now = start;
        let mut turns = Vec::new();
        for step in steps {
            now += unit * step as u32;
            let turn = bucket.reserve(now);
            prop_assert!(turn >= now);
            turns.push(turn);
        }
        let burst = burst.max(1) as usize;
        for (index, turn) in turns.iter().enumerate().skip(burst) {
            let gap = *turn - turns[index - burst];
            prop_assert!(gap >= unit * period as u32, "the one {burst} before was {gap:?} ago");
        }
    }
}
