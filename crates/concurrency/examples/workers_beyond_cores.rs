//! More workers than processors do not compute faster: of the ready ones only so many run.
//!
//! A thread that computes needs a processor; the rest of the ready ones wait for their turn. So a
//! process never gets more processor time than the time that passes, times the processors. More
//! workers than that help only when they *wait*: for disks, for answers.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

fn compute(turns: u64) {
    for n in 0..turns {
        black_box(n);
    }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("every system has it");
    Duration::from(time)
}

/// How many this process may run on. (`available_parallelism` also counts what a control group
/// grants on average, which may be exceeded for a moment.)
#[cfg(target_os = "linux")]
fn processors() -> usize {
    use nix::sched::{CpuSet, sched_getaffinity};
    let set = sched_getaffinity(nix::unistd::Pid::from_raw(0)).expect("it is our own");
    let allowed = (0..CpuSet::count()).filter(|&cpu| set.is_set(cpu) == Ok(true));
    allowed.count()
}

#[cfg(not(target_os = "linux"))]
fn processors() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn main() {
    let processors = processors();
    println!("{processors} processors\nworkers  time       processors used");
    for workers in [1, processors, 2 * processors, 8 * processors] {
        let (start, used) = (Instant::now(), processor_time());
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| compute(4_000_000 / workers as u64));
            }
        });
        let used = processor_time() - used;
        let elapsed = start.elapsed();
        let share = used.as_secs_f64() / elapsed.as_secs_f64();
        println!("{workers:7}  {elapsed:<9.1?}  {share:.2}");
        // A little more than nothing, as the two clocks are read one after the other.
        assert!(share <= processors as f64 * 1.05 + 0.05);
    }
}
