//! The runtime from outside: tasks, joins, panics, blocking, timers, shutdown.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use concurrency::runtime::{
    Builder, Handle, JoinError, Runtime, blocking, sleep, spawn, spawn_blocking, timeout, yield_now,
};

#[test]
fn many_tasks_are_all_joined() {
    for processors in [1, 2, 4] {
        let runtime = Builder::new().processors(processors).build().unwrap();
        let sum: usize = runtime.block_on(async {
            let tasks: Vec<_> = (0..20_000usize).map(|n| spawn(async move { n })).collect();
            let mut sum = 0;
            for task in tasks {
                sum += task.await.unwrap();
            }
            sum
        });
        assert_eq!(sum, 20_000 * 19_999 / 2);
    }
}

#[test]
fn tasks_spawn_tasks() {
    fn tree(depth: u32) -> std::pin::Pin<Box<dyn Future<Output = usize> + Send>> {
        Box::pin(async move {
            if depth == 0 {
                return 1;
            }
            let children: Vec<_> = (0..4).map(|_| spawn(tree(depth - 1))).collect();
            let mut sum = 0;
            for child in children {
                sum += child.await.unwrap();
            }
            sum
        })
    }
    assert_eq!(Runtime::new().block_on(tree(6)), 4096);
}

/// How often a P that has always something in its own queue runs that before it runs a task which a thread
/// from outside has put into the global queue, `before` turns after it began.
async fn turns_in_global_queue(handle: Handle, before: u32) -> u32 {
    for _ in 0..before {
        yield_now().await;
    }
    let has_run = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&has_run);
    let foreign =
        thread::spawn(move || handle.spawn(async move { flag.store(true, Ordering::SeqCst) }));
    let task = foreign.join().unwrap();
    let mut turns = 0;
    while !has_run.load(Ordering::SeqCst) {
        turns += 1;
        yield_now().await;
    }
    task.await.unwrap();
    turns
}

#[test]
fn the_global_queue_has_its_turn_however_often_the_processor_is_handed_over() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let handle = runtime.handle();
    runtime.block_on(async {
        // Each of its calls lets another M have the P.
        let blocker = spawn(async {
            loop {
                blocking(|| thread::sleep(Duration::from_micros(100)));
                yield_now().await;
            }
        });
        for before in 0..100 {
            let busy = spawn(turns_in_global_queue(handle.clone(), before));
            let turns = timeout(common::DEADLINE, busy).await.unwrap().unwrap();
            assert!(turns <= 61, "{turns} turns, in round {before}");
        }
        blocker.abort();
    });
}

#[test]
fn a_future_that_yields_without_end_keeps_nobody_out() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let handle = runtime.handle();
    runtime.block_on(async {
        let busy = spawn(turns_in_global_queue(handle.clone(), 7));
        let start = Instant::now();
        while !busy.is_finished() {
            assert!(
                start.elapsed() < common::DEADLINE,
                "{:#?}",
                handle.snapshot()
            );
            yield_now().await;
        }
        assert!(busy.await.unwrap() <= 61);
    });
}

#[test]
fn a_panic_becomes_the_joiners_error() {
    let runtime = Runtime::new();
    let error = runtime.block_on(async { spawn(async { panic!("on purpose") }).await });
    let Err(error) = error;
    assert_eq!(error.message(), Some("on purpose"));
}

#[test]
fn an_aborted_task_drops_its_future() {
    let runtime = Runtime::new();
    let held = Arc::new(());
    let inside = Arc::clone(&held);
    runtime.block_on(async {
        let task = spawn(async move {
            let _inside = inside;
            std::future::pending::<()>().await;
        });
        yield_now().await;
        task.abort();
        assert!(matches!(task.await, Err(JoinError::Cancelled)));
    });
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn sleeps_end_in_the_order_of_their_times_and_not_before() {
    let runtime = Runtime::new();
    runtime.block_on(async {
        let start = Instant::now();
        let (tx, rx) = channels::channel(16);
        for milliseconds in [30, 10, 20] {
            let tx = tx.clone();
            drop(spawn(async move {
                sleep(Duration::from_millis(milliseconds)).await;
                let _ = tx.send_async((milliseconds, start.elapsed())).await;
            }));
        }
        for expected in [10, 20, 30] {
            let (milliseconds, after) = rx.recv_async().await.unwrap();
            assert_eq!(milliseconds, expected);
            assert!(after >= Duration::from_millis(expected));
        }
    });
}

#[test]
fn a_time_limit_ends_what_lasts_too_long() {
    Runtime::new().block_on(async {
        let late = timeout(Duration::from_millis(5), std::future::pending::<()>()).await;
        assert!(late.is_err());
        assert_eq!(timeout(Duration::from_secs(60), async { 7 }).await, Ok(7));
    });
}

#[test]
fn blocking_calls_leave_their_processor_to_others() {
    let runtime = Builder::new().processors(1).build().unwrap();
    runtime.block_on(async {
        let (tx, rx) = std::sync::mpsc::channel();
        let blocked = spawn(async move { blocking(|| rx.recv().unwrap()) });
        // On one P this only runs when the blocked task has lost it.
        let other = spawn(async move { tx.send(7).unwrap() });
        other.await.unwrap();
        assert_eq!(blocked.await.unwrap(), 7);
    });
}

#[test]
fn a_hundred_blocking_calls_block_at_the_same_time() {
    let runtime = Builder::new().processors(2).build().unwrap();
    let barrier = Arc::new(std::sync::Barrier::new(100));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let barrier = Arc::clone(&barrier);
                spawn_blocking(move || barrier.wait().is_leader())
            })
            .collect();
        let mut leaders = 0;
        for task in tasks {
            leaders += usize::from(task.await.unwrap());
        }
        assert_eq!(leaders, 1);
    });
}

#[test]
fn tasks_that_yield_take_turns() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let order = runtime.block_on(async {
        let log = Arc::new(std::sync::Mutex::new(Vec::new()));
        let tasks: Vec<_> = (0..3)
            .map(|n| {
                let log = Arc::clone(&log);
                spawn(async move {
                    for _ in 0..3 {
                        log.lock().unwrap().push(n);
                        yield_now().await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        Arc::into_inner(log).unwrap().into_inner().unwrap()
    });
    let rounds: Vec<_> = order.chunks(3).collect();
    assert!(
        rounds.windows(2).all(|pair| pair[0] == pair[1]),
        "{order:?}"
    );
}

#[test]
fn the_number_of_processors_changes_while_tasks_run() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let handle = runtime.handle();
    let done = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let tasks: Vec<_> = (0..64)
            .map(|_| {
                let done = Arc::clone(&done);
                spawn(async move {
                    for _ in 0..500 {
                        yield_now().await;
                    }
                    done.fetch_add(1, Ordering::Relaxed);
                })
            })
            .collect();
        for number in [4, 2, 8, 1, 3, 1, 2].repeat(20) {
            handle.set_processors(number);
            assert_eq!(handle.processors(), number);
            yield_now().await;
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(done.load(Ordering::Relaxed), 64);
}

#[test]
fn wakes_from_foreign_threads_arrive() {
    let runtime = Runtime::new();
    for _ in 0..200 {
        let (tx, rx) = channels::channel(0);
        let thread = std::thread::spawn(move || tx.send(7).unwrap());
        assert_eq!(
            runtime.block_on(async { spawn(async move { rx.recv_async().await }).await.unwrap() }),
            Ok(7)
        );
        thread.join().unwrap();
    }
}

#[test]
fn shutting_down_names_what_is_left_and_drops_it() {
    let runtime = Runtime::new();
    let held = Arc::new(());
    let inside = Arc::clone(&held);
    runtime.block_on(async {
        drop(concurrency::runtime::spawn_named("leaky", async move {
            let _inside = inside;
            sleep(Duration::from_secs(3600)).await;
        }));
        yield_now().await;
    });
    let shutdown = runtime.shutdown(common::DEADLINE);
    assert_eq!(shutdown.stuck, 0);
    assert_eq!(shutdown.leaked.len(), 1);
    assert_eq!(shutdown.leaked[0].name.as_deref(), Some("leaky"));
    assert_eq!(Arc::strong_count(&held), 1);
}

#[test]
fn runtimes_come_and_go() {
    for _ in 0..200 {
        let runtime = Builder::new().processors(2).build().unwrap();
        runtime.block_on(async {
            spawn(async { sleep(Duration::from_micros(50)).await })
                .await
                .unwrap();
        });
    }
}

#[test]
fn who_comes_after_a_long_turn_begins_with_a_slice_of_its_own() {
    let runtime = Builder::new().processors(1).build().unwrap();
    let log = Arc::new(std::sync::Mutex::new(Vec::new()));
    runtime.block_on(async {
        let tasks = [1, 2, 3].map(|number| {
            let log = Arc::clone(&log);
            spawn(async move { log.lock().unwrap().push(number) })
        });
        // Long enough that sysmon asks this future to stop; that is no business of the task in the slot.
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(100) {
            std::hint::spin_loop();
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(*log.lock().unwrap(), [3, 1, 2]);
}
