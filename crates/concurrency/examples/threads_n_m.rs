//! Many tasks on few threads: no more threads than Ps run tasks, and a task that blocks stops nobody.
//!
//! It is what Go, Erlang, tokio's multi-thread runtime and Java's virtual threads do: cheap as one thread for
//! all, parallel as one thread for each. The price is a second scheduler above the kernel's, that has to be
//! told what the kernel does: which is all that `entersyscall` and the netpoller are for.

use std::collections::HashSet;
use std::sync::mpsc;
use std::sync::{Arc, Barrier};
use std::thread;

use concurrency::runtime::{Builder, blocking, spawn, yield_now};

const PROCESSORS: usize = 2;
const TASKS: usize = 1000;

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(PROCESSORS).build()?;
    let handle = runtime.handle();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                spawn(async {
                    yield_now().await;
                    thread::current().id()
                })
            })
            .collect();
        let mut threads = HashSet::new();
        for task in tasks {
            threads.insert(task.await?);
        }
        println!("{TASKS} tasks ran on {} threads", threads.len());
        assert!(
            threads.len() <= PROCESSORS + 2,
            "a few more than Ps may take turns: {threads:?}"
        );

        // Two at once: neither passes the barrier alone, and neither awaits anything.
        let barrier = Arc::new(Barrier::new(PROCESSORS));
        let parallel = [0, 1].map(|_| {
            let barrier = Arc::clone(&barrier);
            spawn(async move { blocking(|| barrier.wait().is_leader()) })
        });
        let mut leaders = 0;
        for task in parallel {
            leaders += usize::from(task.await?);
        }
        assert_eq!(leaders, 1);

        let (release, blocked) = mpsc::channel::<()>();
        let blocks = spawn(async move { blocking(|| blocked.recv()) });
        let others: Vec<_> = (0..TASKS)
            .map(|number| spawn(async move { number }))
            .collect();
        let mut sum = 0;
        for task in others {
            sum += task.await?;
        }
        println!("one task blocks: {}", handle.snapshot().line());
        assert_eq!(sum, TASKS * (TASKS - 1) / 2, "and {TASKS} others have run");
        assert!(!blocks.is_finished());
        release.send(())?;
        blocks.await??;
        Ok(())
    })
}
