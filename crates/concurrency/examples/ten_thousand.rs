//! Ten thousand waiting tasks are no thread more; five hundred waiting threads are five hundred.
//!
//! The stack of a thread is 2 MiB of address space, of which the kernel gives pages as they are touched: at
//! least two, plus what it keeps itself (a kernel stack of 16 KiB, a `task_struct`). A thread per connection
//! is fine for five hundred; for ten thousand it is a gigabyte and a scheduler that has seen better days.
//!
//! Linux only: threads are counted, and memory is read, in /proc.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::sync::{Arc, Barrier};
    use std::thread;

    use channels::channel;
    use concurrency::runtime::{Builder, Phase, spawn, yield_now};

    const TASKS: usize = 10_000;
    const THREADS: usize = 500;

    /// (threads, resident KiB, mapped KiB) of this process.
    fn status() -> anyhow::Result<(usize, usize, usize)> {
        let status = fs::read_to_string("/proc/self/status")?;
        let field = |name: &str| -> anyhow::Result<usize> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next());
            Ok(number.unwrap_or("0").parse()?)
        };
        Ok((field("Threads:")?, field("VmRSS:")?, field("VmSize:")?))
    }

    fn report(what: &str, number: usize, before: (usize, usize, usize)) -> anyhow::Result<usize> {
        let now = status()?;
        let (threads, resident, mapped) = (now.0 - before.0, now.1 - before.1, now.2 - before.2);
        let each = 1024.0 / number as f64;
        println!(
            "{number} {what}: {threads} threads more; each {:.0} bytes resident, {:.0} mapped",
            resident as f64 * each,
            mapped as f64 * each,
        );
        Ok(threads)
    }

    let runtime = Builder::new().processors(2).build()?;
    let handle = runtime.handle();
    let before = status()?;
    runtime.block_on(async {
        let (end, wait) = channel::<()>(0);
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let wait = wait.clone();
                spawn(async move {
                    let _ = wait.recv_async().await;
                })
            })
            .collect();
        while tasks.iter().any(|task| task.phase() != Phase::Waiting) {
            yield_now().await;
        }
        let threads = report("tasks", TASKS, before)?;
        println!("{}", handle.snapshot().line());
        assert!(
            threads < 8,
            "Ms for two Ps and one or two to spare: {threads}"
        );
        assert_eq!(handle.tasks().len(), TASKS);
        drop(end);
        for task in tasks {
            task.await?;
        }
        anyhow::Ok(())
    })?;

    let before = status()?;
    let barrier = Arc::new(Barrier::new(THREADS + 1));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            thread::Builder::new().spawn(move || barrier.wait().is_leader())
        })
        .collect::<Result<_, _>>()?;
    let more = report("threads", THREADS, before)?;
    assert_eq!(more, THREADS);
    barrier.wait();
    for thread in threads {
        thread.join().expect("it only waits");
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
