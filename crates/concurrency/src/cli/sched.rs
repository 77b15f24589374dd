//! `concurrency sched`: a mixed load, and the scheduler's state while it runs.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;
use concurrency::net::{TcpListener, TcpStream};
use concurrency::runtime::{blocking, checkpoint, sleep, spawn_named, yield_now};

/// Run tasks that compute, yield, sleep, block and talk, and print the scheduler's state as Go's
/// GODEBUG=schedtrace does
///
/// Each line counts Ps, idle Ps, threads, and what is in the queues: the global one, and between the
/// brackets that of each P. The library prints the same for any program with RTDEBUG=schedtrace=100 in its
/// environment.
///
/// Example: concurrency sched --procs 2 --schedtrace 100
#[derive(Debug, Args)]
pub(crate) struct Sched {
    /// How many tasks may run at the same time
    #[arg(long, value_name = "N", value_parser = super::processors)]
    procs: Option<usize>,
    /// Milliseconds between two lines
    #[arg(long, value_name = "MS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    schedtrace: u64,
    /// Also show each P, each M and each task
    #[arg(long)]
    scheddetail: bool,
    /// How long to run, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    duration: u64,
}

impl Sched {
    pub(crate) fn run(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let runtime = super::runtime(self.procs)?;
        let handle = runtime.handle();
        let period = Duration::from_millis(self.schedtrace);
        let end = Instant::now() + Duration::from_millis(self.duration);
        let load = async move {
            let load = Load::start(end).await?;
            while Instant::now() < end {
                sleep(period.min(end.saturating_duration_since(Instant::now()))).await;
                let snapshot = handle.snapshot();
                let text = match self.scheddetail {
                    true => snapshot.detail(),
                    false => snapshot.line(),
                };
                writeln!(out, "{text}")?;
            }
            let done = load.finish().await?;
            writeln!(
                out,
                "{} computed, {} yielded, {} slept, {} blocked, {} answered",
                done[0], done[1], done[2], done[3], done[4]
            )?;
            Ok(())
        };
        runtime.block_on(load)
    }
}

type Task = concurrency::runtime::JoinHandle<anyhow::Result<u64>>;

/// Tasks of five kinds, each of which counts what it does.
struct Load(Vec<(usize, Task)>);

impl Load {
    async fn start(end: Instant) -> anyhow::Result<Load> {
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on loopback")?;
        let address = listener.local_addr()?;
        let mut tasks = Vec::new();
        for _ in 0..4 {
            tasks.push((0, spawn_named("compute", compute(end))));
            tasks.push((1, spawn_named("yield", yields(end))));
            tasks.push((2, spawn_named("sleep", sleeps(end))));
        }
        tasks.push((3, spawn_named("block", blocks(end))));
        drop(spawn_named("server", serve(listener)));
        tasks.push((4, spawn_named("client", asks(address, end))));
        Ok(Load(tasks))
    }

    async fn finish(self) -> anyhow::Result<[u64; 5]> {
        let mut done = [0; 5];
        for (kind, task) in self.0 {
            done[kind] += task.await??;
        }
        Ok(done)
    }
}

async fn compute(end: Instant) -> anyhow::Result<u64> {
    let mut rounds = 0u64;
    let mut number = 1u64;
    while Instant::now() < end {
        for _ in 0..10_000 {
            number = std::hint::black_box(number.wrapping_mul(6_364_136_223_846_793_005) + 1);
        }
        rounds += 1;
        checkpoint().await;
    }
    Ok(rounds)
}

async fn yields(end: Instant) -> anyhow::Result<u64> {
    let mut rounds = 0;
    while Instant::now() < end {
        yield_now().await;
        rounds += 1;
    }
    Ok(rounds)
}

async fn sleeps(end: Instant) -> anyhow::Result<u64> {
    let mut rounds = 0;
    while Instant::now() < end {
        sleep(Duration::from_millis(1)).await;
        rounds += 1;
    }
    Ok(rounds)
}

async fn blocks(end: Instant) -> anyhow::Result<u64> {
    let mut rounds = 0;
    while Instant::now() < end {
        blocking(|| std::thread::sleep(Duration::from_millis(5)));
        rounds += 1;
        yield_now().await;
    }
    Ok(rounds)
}

async fn serve(listener: TcpListener) -> anyhow::Result<()> {
    let (stream, _) = listener.accept().await?;
    let mut buffer = [0; 64];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            n => stream.write_all(&buffer[..n]).await?,
        }
    }
}

async fn asks(address: std::net::SocketAddr, end: Instant) -> anyhow::Result<u64> {
    let stream = TcpStream::connect(address).await?;
    let mut rounds = 0;
    while Instant::now() < end {
        stream.write_all(b"ping").await?;
        stream.read_exact(&mut [0; 4]).await?;
        rounds += 1;
    }
    Ok(rounds)
}
