//! Many requests at once, and how long each took.
//!
//! # Two ways to ask
//!
//! In a *closed loop* each connection sends its next request when it has the answer to the last one:
//! the server sets the pace. In an *open loop* ([`Plan::rate`]) requests are due at fixed times, as those
//! of people are who do not know of each other.
//!
//! # Coordinated omission
//!
//! Suppose a server that answers in a millisecond stands still for one second. In the closed loop each
//! connection has *one* request out at that moment, which takes a second; all those that would have
//! come in that second are not sent, so they are not in the histogram. Ten connections give ten slow
//! requests among tens of thousands: the 99th percentile says that nothing happened. The measuring
//! program has waited in step with the server, and so omitted what it was to measure.
//!
//! In the open loop each request has the time at which it was *due*, and its latency counts from there,
//! even if no connection was free and it was sent later. With 1000 requests a second, 1000 of them see
//! that second, one a whole one, the last a millisecond of it.
//!
//! # The machine
//!
//! A thread holds any number of connections, on the poller of the chapter `mmap`: each is a small state
//! machine that is run when its socket is ready. Threads share nothing but two
//! counters for the display; each has its own [`Histogram`], and they are added up at the end.
//!
//! [`Histogram`]: histogram::Histogram

pub mod histogram;

mod plan;
mod schedule;

mod connection;
mod worker;

pub mod chart;
mod report;

pub use plan::{LoadError, Plan};
pub use report::{Errors, Report};

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use worker::Worker;

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How long it has lasted.
    pub elapsed: Duration,
    /// How many answers there are.
    pub answers: u64,
    /// How many requests failed.
    pub errors: u64,
}

/// What the workers tell while they run.
#[derive(Debug, Default)]
struct Counters {
    answers: AtomicU64,
    errors: AtomicU64,
}

/// How often progress is reported.
const TICK: Duration = Duration::from_millis(100);

/// Does what `plan` says. Before, one connection is made and closed, to find the address that answers.
pub fn run(plan: &Plan, mut progress: impl FnMut(Progress)) -> Result<Report, LoadError> {
    let address = plan.find_address()?;
    let counters = Counters::default();
    let start = Instant::now();
    let workers = (0..plan.threads.clamp(1, plan.connections.max(1)))
        .map(|number| Worker::new(plan, address, number, start, &counters))
        .collect::<Result<Vec<_>, _>>()?;
    thread::scope(|scope| {
        let threads: Vec<_> = workers
            .into_iter()
            .map(|worker| scope.spawn(|| worker.run()))
            .collect();
        while !threads.iter().all(|thread| thread.is_finished()) {
            thread::sleep(TICK.min(plan.duration));
            progress(Progress {
                elapsed: start.elapsed(),
                answers: counters.answers.load(Ordering::Relaxed),
                errors: counters.errors.load(Ordering::Relaxed),
            });
        }
        let mut report = Report::default();
        for thread in threads {
            let part = thread.join();
            report.add(&part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(report)
    })
}
