//! What the tool shows when it is called without arguments.

use std::io::Write;
use std::time::{Duration, Instant};

use channels::channel;
use concurrency::runtime::{Runtime, blocking, sleep, spawn, spawn_named, waiting_for};

/// # Errors
///
/// Failures of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let runtime = super::runtime(None)?;
    many(out, &runtime)?;
    overlap(out, &runtime)?;
    // Its threads could wake a task of another runtime, for all that this one would know.
    drop(runtime);
    blocks(out)?;
    asleep(out)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run --release -p concurrency -- sched --procs 2 --schedtrace 100\n  \
         cargo run --release -p concurrency -- skynet --depth 6\n  \
         cargo xtask tour concurrency"
    )?;
    Ok(())
}

fn many(out: &mut impl Write, runtime: &Runtime) -> anyhow::Result<()> {
    const TASKS: u64 = 100_000;
    let start = Instant::now();
    let sum = runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS).map(|n| spawn(async move { n })).collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await?;
        }
        anyhow::Ok(sum)
    })?;
    let threads = runtime.handle().snapshot().threads;
    let elapsed = start.elapsed();
    writeln!(
        out,
        "{TASKS} tasks spawned and joined in {elapsed:.1?} on {threads} threads; their sum is {sum}."
    )?;
    Ok(())
}

fn overlap(out: &mut impl Write, runtime: &Runtime) -> anyhow::Result<()> {
    let start = Instant::now();
    runtime.block_on(async {
        let sleepers: Vec<_> = (0..1000)
            .map(|_| spawn(sleep(Duration::from_millis(50))))
            .collect();
        for sleeper in sleepers {
            sleeper.await?;
        }
        anyhow::Ok(())
    })?;
    let elapsed = start.elapsed();
    writeln!(
        out,
        "A thousand tasks that sleep 50 ms each, all at once: {elapsed:.1?}."
    )?;
    Ok(())
}

fn blocks(out: &mut impl Write) -> anyhow::Result<()> {
    let runtime = super::runtime(Some(1))?;
    let while_blocked = runtime.block_on(async {
        let (tx, rx) = std::sync::mpsc::channel();
        let blocked = spawn(async move { blocking(|| rx.recv()) });
        let counted = spawn(async move {
            let mut turns = 0;
            for _ in 0..1000 {
                concurrency::runtime::yield_now().await;
                turns += 1;
            }
            let _ = tx.send(turns);
        });
        counted.await?;
        anyhow::Ok(blocked.await??)
    })?;
    writeln!(
        out,
        "On one processor a task blocked its thread, and another one had {while_blocked} turns meanwhile."
    )?;
    Ok(())
}

fn asleep(out: &mut impl Write) -> anyhow::Result<()> {
    let runtime = super::runtime(None)?;
    let deadlock = runtime.try_block_on(async {
        let (to_a, from_b) = channel::<()>(0);
        let (to_b, from_a) = channel::<()>(0);
        let a = spawn_named("a", async move {
            if waiting_for(&"chan receive", from_b.recv_async())
                .await
                .is_ok()
            {
                let _ = to_b.send_async(()).await;
            }
        });
        let b = spawn_named("b", async move {
            if waiting_for(&"chan receive", from_a.recv_async())
                .await
                .is_ok()
            {
                let _ = to_a.send_async(()).await;
            }
        });
        let _ = (a.await, b.await);
    });
    writeln!(out, "\nTwo tasks that wait for each other:")?;
    match deadlock {
        Ok(()) => writeln!(
            out,
            "  (another thread of this process could have woken them)"
        )?,
        Err(deadlock) => {
            for line in deadlock.to_string().lines().filter(|line| !line.is_empty()) {
                writeln!(out, "  {line}")?;
            }
        }
    }
    Ok(())
}
