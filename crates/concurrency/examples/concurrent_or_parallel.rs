//! Concurrent is to have begun several things; parallel is to do two of them in the same instant.
//!
//! Two threads on one core take turns: whenever one sees the other's counter move, it was off the core
//! meanwhile, and twice the work takes twice the time. On two cores one may see the other move while it
//! runs itself, without a break. The kernel counts the breaks, so this is no matter of a stopwatch.
//!
//! Linux only: macOS neither pins a thread to a core nor counts its switches.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::unistd::Pid;

    const LIMIT: Duration = Duration::from_millis(700);

    fn breaks() -> i64 {
        let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("it always succeeds");
        usage.voluntary_context_switches() + usage.involuntary_context_switches()
    }

    /// This thread runs only there from now on.
    fn pin(core: usize) -> nix::Result<()> {
        let mut one = CpuSet::new();
        one.set(core)?;
        sched_setaffinity(Pid::from_raw(0), &one)
    }

    /// How often another thread's counter was seen to move: (in all, without a break of our own). Both
    /// count for a while, rest, and begin anew: who has rested gets his core soon, however many want it.
    fn watch(
        (mine, theirs): (usize, usize),
        burst: Duration,
        enough: impl Fn(u32, u32) -> bool,
    ) -> nix::Result<(u32, u32)> {
        pin(mine)?;
        let counter = AtomicU64::new(0);
        let (rests, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let (turn, start) = (Barrier::new(2), Instant::now());
        let (mut moved, mut in_one_go) = (0, 0);
        thread::scope(|scope| {
            scope.spawn(|| {
                pin(theirs).expect("it may run there");
                loop {
                    turn.wait();
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let begun = Instant::now();
                    while begun.elapsed() < burst && !rests.load(Ordering::SeqCst) {
                        counter.fetch_add(1, Ordering::SeqCst);
                    }
                    turn.wait();
                }
            });
            while !enough(moved, in_one_go) && start.elapsed() < LIMIT {
                thread::sleep(Duration::from_millis(2));
                rests.store(false, Ordering::SeqCst);
                turn.wait();
                let begun = Instant::now();
                while begun.elapsed() < burst && !enough(moved, in_one_go) {
                    let (before, seen) = (breaks(), counter.load(Ordering::SeqCst));
                    for _ in 0..1000 {
                        std::hint::spin_loop();
                    }
                    let has_moved = counter.load(Ordering::SeqCst) != seen;
                    moved += u32::from(has_moved);
                    in_one_go += u32::from(has_moved && breaks() == before);
                }
                rests.store(true, Ordering::SeqCst);
                turn.wait();
            }
            over.store(true, Ordering::SeqCst);
            turn.wait();
        });
        Ok((moved, in_one_go))
    }

    let mask = sched_getaffinity(Pid::from_raw(0))?;
    let cores: Vec<_> = (0..CpuSet::count())
        .filter(|&core| mask.is_set(core) == Ok(true))
        .collect();
    let first = cores[0];
    let on_one = thread::spawn(move || watch((first, first), LIMIT, |moved, _| moved >= 5));
    let (moved, in_one_go) = on_one.join().expect("it only looks")?;
    println!("on one core: the other moved {moved} times, {in_one_go} of them while this one ran");
    assert!(moved > 0, "concurrent");
    assert_eq!(in_one_go, 0, "and not parallel");

    let Some(&second) = cores.get(1) else {
        println!("skipped: there is only one core");
        return Ok(());
    };
    let on_two = thread::spawn(move || {
        let burst = Duration::from_micros(500);
        watch((first, second), burst, |_, in_one_go| in_one_go >= 100)
    });
    let (moved, in_one_go) = on_two.join().expect("it only looks")?;
    println!("on two: the other moved {moved} times, {in_one_go} of them while this one ran");
    assert!(in_one_go > 0, "parallel");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
