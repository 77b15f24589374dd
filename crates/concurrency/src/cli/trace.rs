//! `concurrency trace`: a load, and what the scheduler made of it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use channels::channel;
use clap::{Args, ValueEnum};
use concurrency::runtime::{
    Handle, blocking, checkpoint, sleep, spawn_named, waiting_for, yield_now,
};
use concurrency::trace::{self, State};

/// Run a load and write what the scheduler did, moment by moment
///
/// A name that ends in .json is written as Chrome trace JSON, which ui.perfetto.dev opens; one in .html
/// as a page that shows it and needs no network.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  concurrency trace -o t.json                     and then: concurrency view t.json
  concurrency trace -o before.html --load sequential
  concurrency trace -o after.html --load concurrent")]
pub(crate) struct Trace {
    /// Where to write it
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// As a page, whatever the name ends in
    #[arg(long)]
    html: bool,
    /// What to run: three jobs one after the other, the same three at once, or tasks of all kinds
    #[arg(long, value_enum, default_value = "mixed")]
    load: Load,
    /// How many tasks may run at the same time
    #[arg(long, value_name = "N", value_parser = super::processors)]
    procs: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Load {
    Sequential,
    Concurrent,
    Mixed,
}

impl Trace {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let file = File::create(&self.output)
            .with_context(|| format!("cannot write {}", self.output.display()))?;
        let trace = self.record()?;
        self.write(&trace, file)
            .with_context(|| format!("cannot write {}", self.output.display()))?;
        report(out, &trace)?;
        let path = self.output.display();
        let next = match self.is_page() {
            true => "open it in a browser".to_owned(),
            false => format!("concurrency view {path}, or ui.perfetto.dev"),
        };
        writeln!(out, "\nwritten to {path}: {next}")?;
        Ok(())
    }

    fn record(&self) -> anyhow::Result<trace::Trace> {
        let runtime = super::runtime(self.procs)?;
        let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
        match self.load {
            Load::Sequential => runtime.block_on(sequential()),
            Load::Concurrent => runtime.block_on(concurrent())?,
            Load::Mixed => runtime.block_on(mixed())?,
        }
        // With its ends: all tasks are over.
        drop(runtime);
        Ok(recording.stop())
    }

    fn write(&self, trace: &trace::Trace, file: File) -> std::io::Result<()> {
        let mut file = BufWriter::new(file);
        match self.is_page() {
            true => file.write_all(trace::page(&trace.to_chrome()).as_bytes())?,
            false => trace.write_chrome(&mut file)?,
        }
        file.flush()
    }

    fn is_page(&self) -> bool {
        let extension = self.output.extension();
        self.html || extension.is_some_and(|extension| extension == "html" || extension == "htm")
    }
}

fn report(out: &mut impl Write, trace: &trace::Trace) -> anyhow::Result<()> {
    let timeline = trace.timeline();
    let wall = timeline.duration.max(1);
    writeln!(
        out,
        "{} events of {} tasks in {:.1?}, {} dropped",
        trace.events.len(),
        timeline.tasks.len(),
        trace.duration,
        trace.dropped
    )?;
    for processor in &timeline.processors {
        let part = 100.0 * processor.busy as f64 / wall as f64;
        writeln!(out, "P{:<3} busy {part:5.1} %", processor.id)?;
    }
    writeln!(
        out,
        "{:<16} {:>10} {:>10} {:>10} {:>10}",
        "task", "running", "runnable", "waiting", "syscall"
    )?;
    let mut longest: Vec<_> = timeline.tasks.iter().collect();
    longest.sort_by_key(|task| std::cmp::Reverse(task.total(State::Running)));
    for task in longest.into_iter().take(12) {
        let [running, runnable, waiting, syscall] = [
            State::Running,
            State::Runnable,
            State::Waiting,
            State::Syscall,
        ]
        .map(|state| format!("{:.1?}", Duration::from_nanos(task.total(state))));
        let label = task.label();
        writeln!(
            out,
            "{label:<16} {running:>10} {runnable:>10} {waiting:>10} {syscall:>10}"
        )?;
    }
    Ok(())
}

const JOBS: [(&str, u64); 3] = [("grind", 30), ("heat", 50), ("froth", 40)];

async fn job(name: &'static str, milliseconds: u64, order: trace::Task) {
    let _region = order.region(name);
    sleep(Duration::from_millis(milliseconds)).await;
    compute(Duration::from_millis(milliseconds / 5)).await;
}

async fn sequential() {
    let order = trace::task("coffee");
    for (name, milliseconds) in JOBS {
        job(name, milliseconds, order.clone()).await;
    }
}

async fn concurrent() -> anyhow::Result<()> {
    let order = trace::task("coffee");
    let jobs =
        JOBS.map(|(name, milliseconds)| spawn_named(name, job(name, milliseconds, order.clone())));
    for job in jobs {
        job.await?;
    }
    Ok(())
}

/// Computing, yielding, sleeping, blocking, and a conversation over channels.
async fn mixed() -> anyhow::Result<()> {
    let processors = Handle::current().map_or(1, |handle| handle.processors());
    let mut tasks = Vec::new();
    for number in 0..=processors {
        tasks.push(spawn_named(format!("compute {number}"), async {
            compute(Duration::from_millis(60)).await;
        }));
    }
    tasks.push(spawn_named("sleeper", async {
        for _ in 0..10 {
            sleep(Duration::from_millis(8)).await;
            trace::log("awake");
        }
    }));
    tasks.push(spawn_named("blocker", async {
        for _ in 0..3 {
            blocking(|| std::thread::sleep(Duration::from_millis(15)));
            yield_now().await;
        }
    }));
    tasks.extend(conversation());
    for task in tasks {
        task.await?;
    }
    Ok(())
}

fn conversation() -> [concurrency::runtime::JoinHandle<()>; 2] {
    let (to_server, requests) = channel::<u32>(1);
    let (to_client, answers) = channel::<u32>(1);
    let server = spawn_named("server", async move {
        while let Ok(request) = waiting_for(&"chan receive", requests.recv_async()).await {
            let _region = trace::region("answer");
            compute(Duration::from_micros(300)).await;
            if to_client.send_async(request + 1).await.is_err() {
                break;
            }
        }
    });
    let client = spawn_named("client", async move {
        for number in 0..40 {
            let request = trace::task("request");
            let _region = request.region("ask");
            if to_server.send_async(number).await.is_err() {
                break;
            }
            let _ = waiting_for(&"chan receive", answers.recv_async()).await;
        }
    });
    [server, client]
}

async fn compute(how_long: Duration) {
    let end = Instant::now() + how_long;
    while Instant::now() < end {
        std::hint::black_box((0..2000u64).fold(0, |sum, n| std::hint::black_box(sum ^ n)));
        checkpoint().await;
    }
}
