//! A thread that has run out of work looks around for a while, and finds new work without sleeping.
//!
//! To sleep and to be woken is a system call on each side and some microseconds of nothing. So an M whose
//! queues are empty *spins*: it looks at all of them a few times before it sleeps. And who makes a task
//! runnable wakes nobody as long as somebody spins. (At most half as many spin as there are busy Ps:
//! looking costs a core.)
//!
//! Here each task is spawned as soon as the one before has run. Its thread counts how often it gave up
//! its core of its own accord, which is what sleeping is: it may be what it was at its last task.
//!
//! Linux only: macOS does not count the switches of one thread.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::cell::Cell;
    use std::collections::HashMap;
    use std::thread::{self, ThreadId};
    use std::time::{Duration, Instant};

    use concurrency::runtime::{Builder, spawn};
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::unistd::Pid;

    /// More than there are cores: to look at all of them takes a while.
    const PROCESSORS: usize = 16;

    const LIMIT: Duration = Duration::from_millis(1500);

    /// The cores that this process may use.
    fn cores() -> nix::Result<Vec<usize>> {
        let mask = sched_getaffinity(Pid::from_raw(0))?;
        let all = 0..CpuSet::count();
        Ok(all.filter(|&core| mask.is_set(core) == Ok(true)).collect())
    }

    fn pin(core: usize) -> nix::Result<()> {
        let mut one = CpuSet::new();
        one.set(core)?;
        sched_setaffinity(Pid::from_raw(0), &one)
    }

    /// This thread, and how often it has gone to sleep.
    fn here(core: usize) -> (ThreadId, i64) {
        thread_local! { static IS_PINNED: Cell<bool> = const { Cell::new(false) } }
        if !IS_PINNED.replace(true) {
            pin(core).expect("it may run there");
        }
        let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("it always succeeds");
        (thread::current().id(), usage.voluntary_context_switches())
    }

    let &[mine, theirs, ..] = &cores()?[..] else {
        println!("skipped: one core cannot run a task and look for another");
        return Ok(());
    };
    // A busy kernel might leave both on one core.
    pin(mine)?;
    let runtime = Builder::new().processors(PROCESSORS).build()?;
    let (found_awake, tasks) = runtime.block_on(async {
        let (mut found_awake, mut tasks) = (0, 0);
        let mut known = HashMap::new();
        let start = Instant::now();
        while found_awake < 100 && start.elapsed() < LIMIT {
            let task = spawn(async move { here(theirs) });
            // This future keeps its P, so it is the other one's M that finds the task.
            while !task.is_finished() {
                std::hint::spin_loop();
            }
            let (thread, slept) = task.await.expect("it has run");
            found_awake += u32::from(known.insert(thread, slept) == Some(slept));
            tasks += 1;
        }
        (found_awake, tasks)
    });
    println!("{found_awake} of {tasks} tasks were found by a thread that had not slept");
    assert!(found_awake > 0);
    assert_eq!(runtime.handle().snapshot().tasks.len(), 0);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
