//! GOMAXPROCS from the environment wins over the number of cores; Ps that nobody needs are idle.
//!
//! At the start `procresize` makes as many Ps as the variable says, or else as the process may use cores.
//! Ps are cheap, threads are not: a P that has nothing to do stands on a list, and the thread for it
//! is only made when there is work. The number can be changed while everything runs. (In tokio it is
//! `worker_threads`, with a thread for each from the start, and `TOKIO_WORKER_THREADS`.)

use std::env;
use std::process::Command;
use std::thread::available_parallelism;

use concurrency::runtime::{Runtime, yield_now};

/// What the child does: says how many Ps its runtime has.
fn report() {
    let runtime = Runtime::new();
    let processors = runtime.handle().processors();
    let state = runtime.handle().snapshot();
    assert_eq!(state.idle_processors, processors, "there is nothing to do");
    assert_eq!(state.threads, 1, "sysmon; no thread for any P");
    print!("{processors}");
}

fn child(gomaxprocs: Option<&str>) -> anyhow::Result<usize> {
    let mut child = Command::new(env::current_exe()?);
    child.arg("report").env_remove("GOMAXPROCS");
    if let Some(number) = gomaxprocs {
        child.env("GOMAXPROCS", number);
    }
    let output = child.output()?;
    anyhow::ensure!(output.status.success(), "the child failed");
    Ok(str::from_utf8(&output.stdout)?.parse()?)
}

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some("report") {
        report();
        return Ok(());
    }
    let cores = available_parallelism()?.get();
    let many = cores + 5;
    let (unset, set, nonsense) = (
        child(None)?,
        child(Some(&many.to_string()))?,
        child(Some("many"))?,
    );
    println!("{cores} cores: {unset} Ps; GOMAXPROCS={many}: {set}; GOMAXPROCS=many: {nonsense}");
    assert_eq!((unset, set, nonsense), (cores, many, cores));

    let runtime = Runtime::new();
    let handle = runtime.handle();
    runtime.block_on(async {
        for number in [7, 1, 3] {
            handle.set_processors(number);
            // This future needs one; another may still be looking around.
            while handle.snapshot().idle_processors != number - 1 {
                yield_now().await;
            }
            println!("changed while it runs: {}", handle.snapshot().line());
            assert_eq!(handle.snapshot().each_processor.len(), number);
        }
    });
    Ok(())
}
