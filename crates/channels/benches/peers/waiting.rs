//! What a receiver costs that mostly waits: processor time (user and system) for each message when
//! one comes every millisecond. What spins long before it sleeps shows here.
//!
//! Counted is the process without the sender's thread, which sleeps between the messages: how long
//! it spends on that, and on waking the receiver, is not the receiver's.

use std::thread;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

use crate::plan::Measure::Rust;
use crate::plan::{CAPACITY, Plan, Workload};
use crate::task_peers::{self, AsyncChannel, Tokio};
use crate::tasks::{Suspending, runtime};
use crate::thread_peers::{self, Crossbeam, Std};
use crate::threads::Blocking;

const BETWEEN_MESSAGES: Duration = Duration::from_millis(1);

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "threads: processor time per rare message",
        unit: "us",
        count: 400,
        loaded: false,
        peers: &[
            ("channels", Rust(thread::<thread_peers::Ours>)),
            ("std", Rust(thread::<Std>)),
            ("crossbeam", Rust(thread::<Crossbeam>)),
            ("flume", Rust(thread::<thread_peers::Flume>)),
            ("kanal", Rust(thread::<thread_peers::Kanal>)),
            #[cfg(target_os = "linux")]
            ("Go", crate::Measure::Go("waiting", "rare")),
        ],
    },
    Workload {
        name: "tasks: processor time per rare message",
        unit: "us",
        count: 400,
        loaded: false,
        peers: &[
            ("channels", Rust(task::<task_peers::Ours>)),
            ("tokio", Rust(task::<Tokio>)),
            ("flume", Rust(task::<task_peers::Flume>)),
            ("kanal", Rust(task::<task_peers::Kanal>)),
            ("async-channel", Rust(task::<AsyncChannel>)),
            #[cfg(target_os = "linux")]
            ("Go", crate::Measure::Go("waiting", "rare")),
        ],
    },
];

fn thread<C: Blocking>(plan: &Plan) -> f64 {
    average(plan, |count| {
        let (sender, receiver) = C::channel(CAPACITY);
        thread::scope(|scope| {
            scope.spawn(move || while C::receive(&receiver).is_some() {});
            let time = while_sending(count, |message| C::send(&sender, message));
            drop(sender);
            time
        })
    })
}

fn task<C: Suspending>(plan: &Plan) -> f64 {
    average(plan, |count| {
        let runtime = runtime();
        let (sender, mut receiver) = C::channel(CAPACITY);
        runtime.spawn(async move { while C::receive(&mut receiver).await.is_some() {} });
        while_sending(count, |message| C::send_now(&sender, message))
    })
}

/// Over receivers one after another: on which core a thread comes to sleep, and which of the
/// runtime's workers, decides what waking it costs, and mostly stays as it began.
fn average(plan: &Plan, of_one: impl Fn(u64) -> f64) -> f64 {
    const RECEIVERS: u64 = 8;
    let sum: f64 = (0..RECEIVERS).map(|_| of_one(plan.count / RECEIVERS)).sum();
    sum / RECEIVERS as f64
}

/// Microseconds of others than this thread, per message.
fn while_sending(count: u64, send: impl Fn(u64)) -> f64 {
    let start = of_others();
    for message in 0..count {
        thread::sleep(BETWEEN_MESSAGES);
        send(message);
    }
    thread::sleep(BETWEEN_MESSAGES);
    (of_others() - start).as_secs_f64() * 1e6 / count as f64
}

/// Processor time of this process without that of this thread.
fn of_others() -> Duration {
    let process = time(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    process.saturating_sub(time(ClockId::CLOCK_THREAD_CPUTIME_ID))
}

fn time(clock: ClockId) -> Duration {
    clock_gettime(clock)
        .expect("the clock is there on all systems of the course")
        .into()
}
