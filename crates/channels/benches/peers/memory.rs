//! Bytes of heap for a channel, and for one who waits at it.
//!
//! Channels are measured full: some take their ring at once, others as messages come. Who waits are
//! senders at a full channel, since not all peers let several receivers wait. A waiting thread has
//! its stack anyway, so only what the channel puts on the heap for it is counted; a waiting task is
//! all that it is: the runtime's part, the future and the channel's part. Go's goroutine includes its
//! stack.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use crate::allocator;
use crate::plan::Measure::{Go, Rust};
use crate::plan::{CAPACITY, Plan, Workload};
use crate::task_peers::{self, AsyncChannel, Tokio};
use crate::tasks::{Suspending, runtime};
use crate::thread_peers::{self, Crossbeam, Std};
use crate::threads::Blocking;

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "memory of a full channel, capacity 1",
        unit: "bytes",
        count: 1000,
        loaded: false,
        peers: &[
            ("channels", Rust(channel::<task_peers::Ours, 1>)),
            ("std", Rust(blocking_channel::<Std, 1>)),
            ("crossbeam", Rust(blocking_channel::<Crossbeam, 1>)),
            ("tokio", Rust(channel::<Tokio, 1>)),
            ("flume", Rust(channel::<task_peers::Flume, 1>)),
            ("kanal", Rust(channel::<task_peers::Kanal, 1>)),
            ("async-channel", Rust(channel::<AsyncChannel, 1>)),
            ("Go", Go("channels", "memory of 1")),
        ],
    },
    Workload {
        name: "memory of a full channel, capacity 1024",
        unit: "bytes",
        count: 1000,
        loaded: false,
        peers: &[
            ("channels", Rust(channel::<task_peers::Ours, CAPACITY>)),
            ("std", Rust(blocking_channel::<Std, CAPACITY>)),
            ("crossbeam", Rust(blocking_channel::<Crossbeam, CAPACITY>)),
            ("tokio", Rust(channel::<Tokio, CAPACITY>)),
            ("flume", Rust(channel::<task_peers::Flume, CAPACITY>)),
            ("kanal", Rust(channel::<task_peers::Kanal, CAPACITY>)),
            ("async-channel", Rust(channel::<AsyncChannel, CAPACITY>)),
            ("Go", Go("channels", "memory of 1024")),
        ],
    },
    Workload {
        name: "threads: memory per waiter",
        unit: "bytes",
        count: 64,
        loaded: false,
        peers: &[
            ("channels", Rust(waiting_thread::<thread_peers::Ours>)),
            ("std", Rust(waiting_thread::<Std>)),
            ("crossbeam", Rust(waiting_thread::<Crossbeam>)),
            ("flume", Rust(waiting_thread::<thread_peers::Flume>)),
            ("kanal", Rust(waiting_thread::<thread_peers::Kanal>)),
        ],
    },
    Workload {
        name: "tasks: memory per waiter, the task included",
        unit: "bytes",
        count: 10_000,
        loaded: false,
        peers: &[
            ("channels", Rust(waiting_task::<task_peers::Ours>)),
            ("tokio", Rust(waiting_task::<Tokio>)),
            ("flume", Rust(waiting_task::<task_peers::Flume>)),
            ("kanal", Rust(waiting_task::<task_peers::Kanal>)),
            ("async-channel", Rust(waiting_task::<AsyncChannel>)),
            ("Go", Go("channels", "memory of waiters")),
        ],
    },
];

fn channel<C: Suspending, const CAPACITY: usize>(plan: &Plan) -> f64 {
    bytes_each(plan.count, || {
        let (sender, receiver) = C::channel(CAPACITY);
        for message in 0..CAPACITY as u64 {
            C::send_now(&sender, message);
        }
        (sender, receiver)
    })
}

fn blocking_channel<C: Blocking, const CAPACITY: usize>(plan: &Plan) -> f64 {
    bytes_each(plan.count, || {
        let (sender, receiver) = C::channel(CAPACITY);
        for message in 0..CAPACITY as u64 {
            C::send(&sender, message);
        }
        (sender, receiver)
    })
}

fn bytes_each<T>(count: u64, make: impl Fn() -> T) -> f64 {
    let mut kept = Vec::with_capacity(count as usize);
    allocator::start_counting();
    kept.extend((0..count).map(|_| make()));
    allocator::in_use() as f64 / count as f64
}

fn waiting_thread<C: Blocking>(plan: &Plan) -> f64 {
    let (sender, receiver) = C::channel(1);
    C::send(&sender, 0);
    let ready = Barrier::new(plan.count as usize + 1);
    thread::scope(|scope| {
        for message in 1..=plan.count {
            let (sender, ready) = (sender.clone(), &ready);
            scope.spawn(move || {
                ready.wait();
                ready.wait();
                C::send(&sender, message);
            });
        }
        // What starting a thread takes, and frees again, is over when all have come here.
        ready.wait();
        allocator::start_counting();
        ready.wait();
        let bytes = settled();
        let sum: u64 = (0..=plan.count).filter_map(|_| C::receive(&receiver)).sum();
        assert_eq!(sum, plan.count * (plan.count + 1) / 2);
        bytes / plan.count as f64
    })
}

fn waiting_task<C: Suspending>(plan: &Plan) -> f64 {
    let runtime = runtime();
    let (sender, mut receiver) = C::channel(1);
    C::send_now(&sender, 0);
    allocator::start_counting();
    for message in 1..=plan.count {
        let sender = sender.clone();
        runtime.spawn(async move { C::send(&sender, message).await });
    }
    let bytes = settled();
    let sum: u64 = runtime.block_on(async {
        let mut sum = 0;
        for _ in 0..=plan.count {
            sum += C::receive(&mut receiver).await.expect("closed");
        }
        sum
    });
    assert_eq!(sum, plan.count * (plan.count + 1) / 2);
    bytes / plan.count as f64
}

/// The bytes in use once they stay the same: all have come to wait.
fn settled() -> f64 {
    let mut before = isize::MIN;
    let mut same = 0;
    while same < 5 {
        thread::sleep(Duration::from_millis(20));
        let now = allocator::in_use();
        same = if now == before { same + 1 } else { 0 };
        before = now;
    }
    before as f64
}
