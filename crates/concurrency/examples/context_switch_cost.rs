//! Two tasks take turns without the kernel knowing; two threads need it for each turn.
//!
//! To go from thread to thread takes a system call, the kernel's scheduler, and the registers and caches of
//! somebody else. To go from task to task on one P is a return, a look into a queue, and a call. It is why a
//! language brings a scheduler of its own. The kernel counts its switches for each thread, so nobody has to
//! believe a stopwatch.
//!
//! Linux only: macOS does not count the switches of one thread, nor pin it to a core.

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::io::{Read, Write, pipe};
    use std::thread;
    use std::time::{Duration, Instant};

    use concurrency::runtime::{Builder, spawn, yield_now};
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::unistd::Pid;

    const YIELDS: u32 = 100_000;
    const ROUNDS: u32 = 5000;

    /// How often this thread has given up its core, and how often it was taken from it.
    fn switches() -> nix::Result<(i64, i64)> {
        let usage = getrusage(UsageWho::RUSAGE_THREAD)?;
        Ok((
            usage.voluntary_context_switches(),
            usage.involuntary_context_switches(),
        ))
    }

    async fn yields() {
        for _ in 0..YIELDS {
            yield_now().await;
        }
    }

    /// Two tasks on one P: time for a turn, and how often their thread slept meanwhile.
    async fn tasks() -> nix::Result<(Duration, i64)> {
        let (start, (before, _)) = (Instant::now(), switches()?);
        let other = spawn(yields());
        yields().await;
        other.await.expect("it runs to its end");
        Ok((start.elapsed() / (2 * YIELDS), switches()?.0 - before))
    }

    /// Two threads on one core that send each other a byte: time for a turn, and switches of one of them.
    fn threads() -> anyhow::Result<(Duration, i64)> {
        let this = Pid::from_raw(0);
        let mask = sched_getaffinity(this)?;
        let core = (0..CpuSet::count()).find(|&core| mask.is_set(core) == Ok(true));
        let mut one = CpuSet::new();
        one.set(core.expect("this thread runs on some core"))?;
        sched_setaffinity(this, &one)?;

        let (mut ping_out, mut ping_in) = pipe()?;
        let (mut pong_out, mut pong_in) = pipe()?;
        // It inherits the mask.
        let other = thread::spawn(move || {
            let mut byte = [0];
            while ping_out.read_exact(&mut byte).is_ok() && pong_in.write_all(&byte).is_ok() {}
        });
        let (start, before) = (Instant::now(), switches()?);
        for _ in 0..ROUNDS {
            ping_in.write_all(&[7])?;
            pong_out.read_exact(&mut [0])?;
        }
        let (time, after) = (start.elapsed() / (2 * ROUNDS), switches()?);
        drop(ping_in);
        other.join().expect("it ends with its pipe");
        Ok((time, after.0 - before.0 + after.1 - before.1))
    }

    let runtime = Builder::new().processors(1).build()?;
    let spawned = runtime.spawn(tasks());
    let (task, slept) = runtime.block_on(spawned)??;
    let (thread, switched) = thread::spawn(threads).join().expect("it ends")?;
    println!(
        "tasks:   {task:>9?} a turn, {slept} switches in {} turns",
        2 * YIELDS
    );
    println!("threads: {thread:>9?} a turn, {switched} switches in {ROUNDS} rounds");
    assert!(slept < i64::from(YIELDS) / 1000, "flat: {slept}");
    assert!(switched >= i64::from(ROUNDS), "at least one for each round");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
