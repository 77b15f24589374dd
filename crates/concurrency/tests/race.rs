//! The race detector: each primitive orders what it promises and nothing else; reports and the tool.

mod common;

use std::sync::{Arc, Barrier as Unseen, mpsc};
use std::thread;

use common::{output_of, tool};
use concurrency::race::report::{Kind, Role};
use concurrency::race::{
    Atomic, Barrier, Condvar, Mutex, Once, Report, RwLock, Semaphore, Tracked, WaitGroup, channel,
    check, scope, spawn, spawn_task,
};
use concurrency::runtime::{Builder, yield_now};

/// The races of a program, which has to end.
fn races(program: impl FnOnce() + Send + 'static) -> Vec<Report> {
    let (tx, rx) = mpsc::channel();
    thread::spawn(move || tx.send(check(program).races));
    rx.recv_timeout(common::DEADLINE)
        .expect("waiting for a program under the detector")
}

/// A number, and something that two threads do to it.
fn number() -> Arc<Tracked<u32>> {
    Arc::new(Tracked::new("number", 0))
}

#[test]
fn start_and_join_order() {
    let found = races(|| {
        let number = number();
        number.set(1);
        let child = spawn({
            let number = Arc::clone(&number);
            move || number.set(2)
        });
        child.join().unwrap();
        number.set(3);
        scope(|scope| {
            scope.spawn(|| number.set(4)).join().unwrap();
            number.set(5);
            scope.spawn(|| number.get());
            scope.spawn(|| number.get());
        });
        assert_eq!(number.get(), 5);
        number.set(6);
    });
    assert_eq!(found, []);
}

#[test]
fn a_thread_that_panicked_is_joined_too() {
    let found = races(|| {
        let number = number();
        let child = spawn({
            let number = Arc::clone(&number);
            move || {
                number.set(1);
                std::panic::resume_unwind(Box::new("as the test wants"));
            }
        });
        child.join().unwrap_err();
        number.set(2);
    });
    assert_eq!(found, []);
}

#[test]
fn time_orders_nothing() {
    for [first, second] in [
        [Kind::Write, Kind::Write],
        [Kind::Write, Kind::Read],
        [Kind::Read, Kind::Write],
        [Kind::Read, Kind::Read],
    ] {
        let found = races(move || {
            let number = number();
            let access = |kind| match kind {
                Kind::Read => _ = number.get(),
                Kind::Write => number.set(1),
            };
            let turn = Unseen::new(2);
            scope(|scope| {
                scope.spawn(|| {
                    access(first);
                    turn.wait();
                });
                scope.spawn(|| {
                    turn.wait();
                    access(second);
                });
            });
        });
        if [first, second] == [Kind::Read; 2] {
            assert_eq!(found, []);
            continue;
        }
        let [report] = found.as_slice() else {
            panic!("{first:?} and {second:?}: {found:?}");
        };
        assert_eq!(
            (report.previous.kind, report.previous.strand.number),
            (first, 1)
        );
        assert_eq!(
            (report.current.kind, report.current.strand.number),
            (second, 2)
        );
        assert_eq!(report.variable, "number");
        assert_eq!(report.current.strand.role, Role::Thread);
    }
}

#[test]
fn a_mutex_and_a_condvar_order() {
    let found = races(|| {
        let (number, ready, changed) = (number(), Mutex::new(false), Condvar::new());
        scope(|scope| {
            scope.spawn(|| {
                let ready = changed.wait_while(ready.lock(), |ready| !*ready);
                number.get();
                drop(ready);
                number.set(1);
            });
            number.set(2);
            *ready.lock() = true;
            changed.notify_all();
        });
        assert!(ready.try_lock().is_some());
        assert!(ready.into_inner());
    });
    assert_eq!(found, []);
}

#[test]
fn another_mutex_does_not_help() {
    let found = races(|| {
        let (number, locks) = (number(), [Mutex::new(()), Mutex::new(())]);
        scope(|scope| {
            for lock in &locks {
                let number = &number;
                scope.spawn(move || {
                    let _locked = lock.lock();
                    number.set(1);
                });
            }
        });
    });
    assert_eq!(found.len(), 1);
}

#[test]
fn writers_are_ordered_with_all_and_readers_with_writers() {
    let found = races(|| {
        let (number, lock) = (number(), RwLock::new(()));
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let _reading = lock.read();
                    number.get()
                });
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    let _writing = lock.write();
                    number.set(1);
                });
            }
        });
    });
    assert_eq!(found, []);
    let found = races(|| {
        let (number, lock, turn) = (number(), RwLock::new(()), Unseen::new(2));
        scope(|scope| {
            scope.spawn(|| {
                let reading = lock.read();
                number.set(1);
                drop(reading);
                turn.wait();
            });
            scope.spawn(|| {
                turn.wait();
                let _reading = lock.read();
                number.set(2);
            });
        });
    });
    assert_eq!(found.len(), 1, "two readers, one after the other");
}

#[test]
fn once_a_wait_group_and_a_barrier_order() {
    let found = races(|| {
        let (number, once, group) = (number(), Once::new(), WaitGroup::new());
        group.add(3);
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    once.call_once(|| number.set(1));
                    number.get();
                    group.done();
                });
            }
            group.wait();
            assert!(once.is_done());
            number.set(2);
        });
    });
    assert_eq!(found, []);
    let found = races(|| {
        let (numbers, barrier) = ([number(), number(), number()], Barrier::new(3));
        scope(|scope| {
            for mine in 0..3 {
                let (numbers, barrier) = (&numbers, &barrier);
                scope.spawn(move || {
                    for round in 0..9 {
                        numbers[(mine + round) % 3].set(1);
                        barrier.wait();
                    }
                });
            }
        });
    });
    assert_eq!(found, []);
}

#[test]
fn a_barrier_of_strangers_leaves_the_next_round_unordered() {
    let found = races(|| {
        let (number, barrier, turn) = (number(), Barrier::new(2), Unseen::new(2));
        scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                number.set(1);
                turn.wait();
            });
            scope.spawn(|| {
                barrier.wait();
                turn.wait();
                number.set(2);
            });
        });
    });
    assert_eq!(found.len(), 1, "after the meeting nothing orders them");
}

#[test]
fn a_meeting_passes_nothing_on_to_a_later_one_of_others() {
    let found = races(|| {
        let (number, barrier) = (number(), Barrier::new(2));
        scope(|scope| {
            for round in 0..3 {
                let over = Arc::new(Unseen::new(3));
                for first in [true, false] {
                    let (number, barrier, over) = (&number, &barrier, Arc::clone(&over));
                    scope.spawn(move || {
                        if first && round == 0 {
                            number.set(1);
                        }
                        barrier.wait();
                        if first && round == 2 {
                            number.set(2);
                        }
                        over.wait();
                    });
                }
                over.wait();
            }
        });
    });
    assert_eq!(found.len(), 1, "the first pair and the third never met");
}

#[test]
fn a_permit_orders_those_who_had_it() {
    for permits in [1, 2] {
        let found = races(move || {
            let (number, semaphore, turn) = (number(), Semaphore::new(permits), Unseen::new(2));
            scope(|scope| {
                scope.spawn(|| {
                    let permit = semaphore.acquire();
                    number.set(1);
                    drop(permit);
                    turn.wait();
                });
                scope.spawn(|| {
                    turn.wait();
                    let _permit = semaphore.try_acquire().unwrap();
                    number.set(2);
                });
            });
        });
        assert_eq!(found.len(), permits - 1, "{permits} permits");
    }
}

#[test]
fn an_atomic_orders_who_sees_the_write() {
    let found = races(|| {
        let (number, atomic) = (number(), Atomic::new(0));
        scope(|scope| {
            scope.spawn(|| {
                number.set(1);
                atomic.store(1);
            });
            while atomic.load() == 0 {
                thread::yield_now();
            }
            number.set(2);
            assert_eq!(atomic.fetch_add(1), 1);
        });
    });
    assert_eq!(found, []);
    let found = races(|| {
        let (number, atomic, turn) = (number(), Atomic::new(0), Unseen::new(2));
        scope(|scope| {
            scope.spawn(|| {
                atomic.store(1);
                number.set(1);
                turn.wait();
            });
            turn.wait();
            atomic.load();
            number.set(2);
        });
    });
    assert_eq!(found.len(), 1, "written after the store");
}

#[test]
fn an_atomic_write_takes_the_place_of_the_one_before() {
    let found = races(|| {
        let (number, atomic, turn) = (number(), Atomic::new(0), Unseen::new(2));
        scope(|scope| {
            scope.spawn(|| {
                number.set(1);
                atomic.store(1);
                turn.wait();
            });
            turn.wait();
            atomic.store(2);
            assert_eq!(atomic.load(), 2);
            number.set(2);
        });
    });
    assert_eq!(found.len(), 1, "the 1 was never seen");
}

#[test]
fn a_message_brings_along_what_came_before_it() {
    for capacity in [0, 1, 3] {
        let found = races(move || {
            let (number, (tx, rx)) = (number(), channel(capacity));
            scope(|scope| {
                let other = Arc::clone(&number);
                scope.spawn(move || {
                    other.set(1);
                    tx.send("done").unwrap();
                });
                assert_eq!(rx.recv(), Ok("done"));
                number.set(2);
            });
        });
        assert_eq!(found, [], "capacity {capacity}");
    }
}

/// Go's memory model has this example: with a buffer, the send may be over before the receive.
#[test]
fn a_receive_comes_before_the_end_of_a_send_without_a_buffer_only() {
    for (capacity, expected) in [(0, 0), (1, 1)] {
        let found = races(move || {
            let (number, (tx, rx)) = (number(), channel(capacity));
            scope(|scope| {
                let other = Arc::clone(&number);
                scope.spawn(move || {
                    other.set(1);
                    rx.recv().unwrap();
                });
                tx.send(()).unwrap();
                number.get();
            });
        });
        assert_eq!(found.len(), expected, "capacity {capacity}");
    }
}

#[test]
fn room_in_the_buffer_orders_the_receive_before_the_send() {
    let found = races(|| {
        let (number, (tx, rx)) = (number(), channel(2));
        scope(|scope| {
            let other = Arc::clone(&number);
            scope.spawn(move || {
                other.set(1);
                rx.iter().count()
            });
            for _ in 0..3 {
                tx.send(()).unwrap();
            }
            number.get();
            drop(tx);
        });
    });
    assert_eq!(found, []);
}

#[test]
fn the_end_of_a_channel_orders() {
    for by_hand in [true, false] {
        let found = races(move || {
            let (number, (tx, rx)) = (number(), channel::<()>(1));
            let other = Arc::clone(&number);
            let closer = spawn(move || {
                other.set(1);
                if by_hand {
                    tx.close().unwrap();
                    tx.send(()).unwrap_err();
                }
            });
            assert!(rx.recv().is_err());
            number.set(2);
            closer.join().unwrap();
        });
        assert_eq!(found, []);
    }
}

#[test]
fn who_waits_to_send_hears_of_the_end() {
    for capacity in [0, 1] {
        for by_hand in [true, false] {
            let found = races(move || {
                let (tx, rx) = channel(capacity);
                for n in 0..capacity {
                    tx.send(n).unwrap();
                }
                let other = tx.clone();
                let end = spawn(move || {
                    if by_hand {
                        other.close().unwrap();
                    }
                    // The last receiver, where it is not closed by hand.
                    drop(rx);
                });
                assert_eq!(tx.send(7).unwrap_err().0, 7);
                end.join().unwrap();
            });
            assert_eq!(found, []);
        }
    }
}

#[test]
fn tasks_are_strands_whatever_threads_they_run_on() {
    for processors in [1, 4] {
        let found = races(move || {
            let runtime = Builder::new().processors(processors).build().unwrap();
            let number = number();
            runtime.block_on(async {
                let (tx, rx) = channel(0);
                let other = Arc::clone(&number);
                let first = spawn_task(async move {
                    for n in 0..20 {
                        other.set(n);
                        yield_now().await;
                    }
                    tx.send_async(()).await.unwrap();
                });
                let other = Arc::clone(&number);
                let second = spawn_task(async move {
                    rx.recv_async().await.unwrap();
                    other.set(1);
                });
                first.await.unwrap();
                second.await.unwrap();
                number.set(2);
            });
        });
        assert_eq!(found, [], "{processors} processors");
    }
}

#[test]
fn one_thread_under_two_tasks_orders_nothing() {
    let found = races(|| {
        let runtime = Builder::new().processors(1).build().unwrap();
        let number = number();
        runtime.block_on(async {
            let tasks = [1, 2].map(|n| {
                let number = Arc::clone(&number);
                spawn_task(async move { number.set(n) })
            });
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
    let [report] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!(report.current.strand.role, Role::Task);
    assert!(report.to_string().contains(") created at:\n"));
}

/// A function of its own, to be found in the report.
#[inline(never)]
fn assign(number: &Tracked<u32>) -> u32 {
    number.set(7);
    line!() - 1
}

#[test]
fn a_report_tells_who_where_and_from_where() {
    let number = Tracked::new("number", 0);
    let (checked, line) = {
        let (tx, rx) = mpsc::channel();
        let checked = check(|| {
            scope(|scope| {
                scope.spawn(|| tx.send(assign(&number)));
                scope.spawn(|| assign(&number));
            });
        });
        (checked, rx.recv().unwrap())
    };
    assert_eq!(checked.races.len(), 1);
    let report = &checked.races[0];
    for access in [&report.current, &report.previous] {
        let frame = &access.stack[0];
        assert_eq!(frame.function, "race::assign");
        assert!(frame.file.ends_with("tests/race.rs"), "{frame}");
        assert_eq!(frame.line, line);
        let caller = &access.stack[1];
        assert!(
            caller.function.starts_with("race::a_report_tells"),
            "{caller}"
        );
        assert_eq!(caller.file, frame.file);
        let created = access.strand.created.as_ref().unwrap();
        assert!(created[0].function.starts_with("race::a_report_tells"));
    }
    let text = checked.to_string();
    let expected = [
        "WARNING: DATA RACE\nWrite at 0x",
        " (number) by thread ",
        "\n\nPrevious write at 0x",
        "  race::assign()\n      ",
        ") created at:\n",
        "\nFound 1 data race(s)",
    ];
    for part in expected {
        assert!(text.contains(part), "{part:?} in\n{text}");
    }
}

#[test]
fn the_same_two_lines_are_reported_once() {
    let found = races(|| {
        let number = number();
        scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|n| number.set(n)));
            }
        });
    });
    assert_eq!(found.len(), 1);
}

#[test]
fn nobody_looks_outside_of_a_check_and_one_check_does_not_see_another() {
    let (number, lock) = (number(), Mutex::new(()));
    for _ in 0..3 {
        let found = check(|| {
            let _locked = lock.lock();
            number.set(1);
        });
        assert_eq!(found.races, []);
        scope(|scope| {
            scope.spawn(|| number.set(2));
            scope.spawn(|| drop((lock.lock(), number.get())));
        });
    }
    assert_eq!(Arc::into_inner(number).unwrap().into_inner(), 2);
}

#[test]
fn the_tool_finds_each_race_and_none_in_what_is_mended() {
    let list = String::from_utf8(output_of(&mut tool(&["race", "--list"]))).unwrap();
    let table = String::from_utf8(output_of(&mut tool(&["race"]))).unwrap();
    assert!(table.contains("WARNING: DATA RACE"));
    for line in list.lines() {
        let name = line.split_whitespace().next().unwrap();
        let is_mended = line.contains("mended");
        let report = String::from_utf8(output_of(&mut tool(&["race", name]))).unwrap();
        assert_eq!(report.contains("DATA RACE"), !is_mended, "{report}");
        assert_eq!(report.ends_with(" data race(s)\n"), !is_mended, "{report}");
        let row = table
            .lines()
            .find(|row| row.split_whitespace().next() == Some(name));
        assert_eq!(row.unwrap().contains("no race"), is_mended, "{table}");
    }
}

#[test]
fn the_tool_says_it_with_its_status_if_asked() {
    for (arguments, expected) in [
        (&["race", "append"][..], 0),
        (&["race", "append", "--exitcode"], 66),
        (&["race", "append", "--exitcode=3"], 3),
        (&["race", "append-mutex", "--exitcode"], 0),
        (&["race", "no-such-scene"], 2),
    ] {
        let status = tool(arguments).output().unwrap().status;
        assert_eq!(status.code(), Some(expected), "{arguments:?}");
    }
}
