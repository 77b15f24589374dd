//! A thousand reads are under way on three threads: two run tasks, one waits for all.
//!
//! Each task is written as if it blocked: read, then send the result down a channel. `await` marks
//! where it may pause; a paused task is a small piece of memory, and its thread runs another one. This
//! is the machine inside Go, where the mark is missing because every call may pause. `mmap`'s has 250
//! lines: a run queue, workers, and the poller.

use std::error::Error;
use std::io::{Write, pipe};
use std::num::NonZero;
use std::sync::mpsc;
use std::thread;

use mmap::poller::{raise_open_files, set_nonblocking};
use mmap::quadrants::tasks::Runtime;

const TASKS: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    raise_open_files(2 * TASKS as u64 + 50)?;
    let runtime = Runtime::new(NonZero::new(2).ok_or("no workers")?)?;
    let (started, starts) = mpsc::channel();
    let (results, inbox) = mpsc::channel();

    let mut writers = Vec::new();
    for _ in 0..TASKS {
        let (mut reader, writer) = pipe()?;
        set_nonblocking(&reader, true)?;
        writers.push(writer);
        let (netpoller, started, results) = (runtime.netpoller(), started.clone(), results.clone());
        runtime.spawn(async move {
            started.send(()).expect("main listens");
            let mut number = [0; 8];
            let read = netpoller.read(&mut reader, &mut number).await;
            assert_eq!(read.expect("the pipe is open"), number.len());
            let thread = thread::current().id();
            results
                .send((u64::from_le_bytes(number), thread))
                .expect("main listens");
        });
    }
    // All have begun to read before the first byte is written.
    assert_eq!(starts.iter().take(TASKS).count(), TASKS);
    assert!(inbox.try_recv().is_err(), "nobody can be done yet");
    for (number, writer) in (1_u64..).zip(&mut writers) {
        writer.write_all(&number.to_le_bytes())?;
    }

    let (numbers, mut threads): (Vec<u64>, Vec<_>) = inbox.iter().take(TASKS).unzip();
    threads.sort_unstable_by_key(|id| format!("{id:?}"));
    threads.dedup();
    let sum: u64 = numbers.iter().sum();
    println!(
        "{TASKS} reads were under way on {} threads",
        runtime.threads()
    );
    println!(
        "{} of them ran the tasks; the sum of all is {sum}",
        threads.len()
    );
    assert_eq!(sum, 500_500);
    assert_eq!(runtime.threads(), 3);
    assert!(threads.len() <= 2, "a task ran on a thread of its own");
    Ok(())
}
