//! With `scheddetail=1` each P, M and G has a line of its own, and each number there leads to another.
//!
//! `P0: … m=2` is the thread that has this P, `M2: p=0 … curg=7` says the same the other way round and names
//! the task, and `G7: … m=2` once more. `nil` stands for nobody. It is how one finds out by hand who holds
//! whom: a G that waits says for what, an M in the kernel has a `curg` and no `p`.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use concurrency::runtime::{Builder, Snapshot, blocking, sleep, spawn};

/// `P0: status=1 m=2` as `P0` and its fields.
fn fields(line: &str) -> Option<(&str, HashMap<&str, &str>)> {
    let (name, rest) = line.trim().split_once(':')?;
    let fields = rest
        .split_whitespace()
        .filter_map(|word| word.split_once('='));
    Some((name, fields.collect()))
}

/// One task runs, one is in the kernel, one waits for a timer, and nobody else moves.
fn is_laid_out(state: &Snapshot) -> bool {
    let busy = state.each_machine.iter().filter(|m| m.task.is_some());
    let without = busy.clone().filter(|m| m.processor.is_none()).count();
    let waiting = state.tasks.iter().filter(|task| task.waiting_for.is_some());
    (busy.count(), without, waiting.count()) == (2, 1, 1) && state.spinning_threads == 0
}

const AN_HOUR: std::time::Duration = std::time::Duration::from_secs(3600);

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(2).build()?;
    let handle = runtime.handle();
    let over = Arc::new(AtomicBool::new(false));
    let (end_call, call) = channel::<()>();
    let detail = runtime.block_on(async {
        // Cancelled with its runtime, long before.
        drop(spawn(sleep(AN_HOUR)));
        drop(spawn(async move {
            let _ = blocking(|| call.recv());
        }));
        let ended = Arc::clone(&over);
        drop(spawn(async move {
            while !ended.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        }));
        loop {
            let (before, state) = (handle.snapshot(), handle.snapshot());
            // It is put together without stopping anybody: it counts when nothing moves.
            let nothing_moved = before.each_processor == state.each_processor
                && before.each_machine == state.each_machine
                && before.tasks == state.tasks;
            if is_laid_out(&state) && nothing_moved {
                break state.detail();
            }
            concurrency::runtime::yield_now().await;
        }
    });
    over.store(true, Ordering::SeqCst);
    drop(end_call);
    println!("{detail}");

    let lines: HashMap<_, _> = detail.lines().skip(1).filter_map(fields).collect();
    let mut references = 0;
    for (name, fields) in &lines {
        for (field, kind) in [("m", "M"), ("p", "P"), ("curg", "G")] {
            let Some(number) = fields.get(field).filter(|number| **number != "nil") else {
                continue;
            };
            references += 1;
            let there = format!("{kind}{number}");
            assert!(lines.contains_key(there.as_str()), "{name} names {there}");
        }
    }
    println!(
        "{} lines, {references} references, none of them into the void",
        lines.len()
    );
    assert!(references >= 4);
    assert!(detail.contains("(sleep)"), "what waits says for what");
    Ok(())
}
