//! The number of cores that a program may use follows its affinity mask, and with it the number of Ps.
//!
//! Go asks `sched_getaffinity` at the start; `available_parallelism` does so as well (and looks at
//! the cgroup's limit too). The mask belongs to a thread, and new threads inherit it. So `taskset -c 0
//! program` gives a runtime with one P.
//!
//! With one P, `yield_now` (Go's `runtime.Gosched`) is what lets the next task have a turn: without it
//! the first would count to the end before the second begins.
//!
//! Linux only: macOS has no affinity masks.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::sync::{Arc, Mutex};
    use std::thread::{self, available_parallelism};

    use concurrency::runtime::{Builder, Runtime, spawn, yield_now};
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;

    /// This thread, on one of the cores that it may use.
    fn pin_to_one_core() -> nix::Result<()> {
        let this = Pid::from_raw(0);
        let mask = sched_getaffinity(this)?;
        let first = (0..CpuSet::count()).find(|&core| mask.is_set(core) == Ok(true));
        let mut one = CpuSet::new();
        one.set(first.expect("this thread runs on some core"))?;
        sched_setaffinity(this, &one)
    }

    fn order(yields: bool) -> anyhow::Result<String> {
        let runtime = Builder::new().processors(1).build()?;
        let log = Arc::new(Mutex::new(String::new()));
        runtime.block_on(async {
            let tasks = ['b', 'a'].map(|name| {
                let log = Arc::clone(&log);
                spawn(async move {
                    for _ in 0..4 {
                        log.lock().unwrap().push(name);
                        if yields {
                            yield_now().await;
                        }
                    }
                })
            });
            for task in tasks {
                task.await?;
            }
            anyhow::Ok(())
        })?;
        let log = log.lock().unwrap().clone();
        Ok(log)
    }

    let all = available_parallelism()?.get();
    let pinned = thread::spawn(|| -> anyhow::Result<_> {
        pin_to_one_core()?;
        let processors = Runtime::new().handle().processors();
        Ok((available_parallelism()?.get(), processors))
    });
    let pinned = pinned.join().expect("it only asks")?;
    println!(
        "cores for this thread: {all}; for one that is pinned: {}",
        pinned.0
    );
    assert_eq!(pinned.0, 1);
    if std::env::var_os("GOMAXPROCS").is_none() {
        assert_eq!(pinned.1, 1, "a runtime made there has one P");
    }
    assert_eq!(
        available_parallelism()?.get(),
        all,
        "only that thread was pinned"
    );

    let (without, with) = (order(false)?, order(true)?);
    println!("two tasks on one P, without yields: {without}, with: {with}");
    assert_eq!((without.as_str(), with.as_str()), ("aaaabbbb", "abababab"));
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
