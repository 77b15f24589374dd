//! A runtime is a small operating system: what the kernel does for threads, it does for tasks.
//!
//! Both have things to run and fewer places to run them on, so both have a list of who is ready, a way to
//! stop, a way to wait, and somebody who watches. The parts correspond, and none is the same. Where the kernel
//! has to distrust what it runs, the runtime can ask it to cooperate; a signal is a number, a channel carries
//! values. Each row names the lesson that shows it, and the end counts both sides of one program.

use std::fs;
use std::path::Path;

use channels::channel;
use concurrency::runtime::{Builder, spawn};

const TABLE: &str = "\
what         Linux kernel           Go runtime            ours              shown by
the whole    process                program               Runtime           concurrency/what_threads_share
what runs    thread, a task_struct  goroutine, a g        task              concurrency/thread_is_a_task
on what      CPU                    P                     processor         concurrency/m_and_p
many on few  1:1                    N:M                   N:M               concurrency/threads_n_m
start        clone                  go                    spawn             concurrency/spawn_cost
states       R, S, D, Z             _Grunnable and so on  Phase             concurrency/g_states
memory       stack of 8 MiB         stack from 2 KiB      a future          concurrency/task_properties
ready        queue of each CPU      queue of each P       queue of each P   concurrency/local_queue_256
balance      pulled from busy CPUs  half is stolen        half is stolen    concurrency/work_stealing
stop         timer interrupt        sysmon: a signal      sysmon: a flag    concurrency/preempt_flag
wait, wake   wait queue, futex      gopark, goready       Pending, wake     concurrency/park_and_ready
tell         signal: a number       channel: a value      channel: a value  signals/only_a_number
";

fn main() {
    print!("{TABLE}");
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for row in TABLE.lines().skip(1) {
        let lesson = row.split_whitespace().last();
        let (chapter, name) = lesson
            .and_then(|lesson| lesson.split_once('/'))
            .expect("the last column names a lesson");
        let file = crates.join(format!("{chapter}/examples/{name}.rs"));
        let source = fs::read_to_string(&file).expect("the lesson is there");
        assert!(source.starts_with("//! "), "{row}: it claims something");
    }

    const TASKS: usize = 1_000;
    let runtime = Builder::new().processors(2).build().expect("a thread");
    let (open, gate) = channel::<()>(0);
    runtime.block_on(async {
        let (arrive, arrived) = channel(TASKS);
        let start = |_| {
            let (gate, arrive) = (gate.clone(), arrive.clone());
            spawn(async move {
                arrive.send(()).expect("there is room");
                gate.recv_async().await.is_err()
            })
        };
        let tasks: Vec<_> = (0..TASKS).map(start).collect();
        for _ in 0..TASKS {
            arrived.recv_async().await.expect("they all arrive");
        }
        let seen = runtime.handle().snapshot();
        println!(
            "\nthe runtime has {} tasks, the kernel {} threads of it",
            seen.tasks.len(),
            seen.threads
        );
        assert_eq!(seen.tasks.len(), TASKS);
        assert!(seen.threads < 10);
        drop(open);
        for task in tasks {
            let closed = task.await.expect("it does not panic");
            assert!(closed, "all were told at once");
        }
    });
}
