//! The jobs with a task at each end, on a tokio runtime of two workers.
//!
//! tokio's own channel goes back to the scheduler after 128 messages even when there are more, so
//! that no task keeps its worker for itself; the others go on for as long as they can.

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::plan::Measure::{self, Go, Rust};
use crate::plan::{CAPACITY, Plan, Tally, Workload};
use crate::task_peers::{AsyncChannel, Flume, Kanal, Ours, Tokio};
use crate::threads::four;

/// A channel whose ends suspend their task.
pub(crate) trait Suspending: 'static {
    type Sender: Clone + Send + Sync + 'static;
    type Receiver: Send + Sync + 'static;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver);
    fn send(sender: &Self::Sender, message: u64) -> impl Future<Output = ()> + Send;
    /// From outside of the runtime, when there surely is room.
    fn send_now(sender: &Self::Sender, message: u64);
    /// Nothing when the channel is closed and empty.
    fn receive(receiver: &mut Self::Receiver) -> impl Future<Output = Option<u64>> + Send;
}

/// One that can wait for the first of `N` channels, and lose nothing in the others.
pub(crate) trait Select<const N: usize>: Suspending {
    fn select(receivers: &mut [Self::Receiver; N]) -> impl Future<Output = u64> + Send;
}

/// tokio and async-channel have no capacity 0: they do with one message what others do with none,
/// which is less than a rendezvous.
pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "tasks: round trip, unbuffered",
        unit: "ns",
        count: 100_000,
        loaded: false,
        peers: ROUND_TRIP,
    },
    Workload {
        name: "tasks: round trip, unbuffered, other cores busy",
        unit: "ns",
        count: 100_000,
        loaded: true,
        peers: ROUND_TRIP,
    },
    Workload {
        name: "tasks: 1:1",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: ONE_TO_ONE,
    },
    Workload {
        name: "tasks: 1:1, other cores busy",
        unit: "ns",
        count: 500_000,
        loaded: true,
        peers: ONE_TO_ONE,
    },
    Workload {
        name: "tasks: 4:1",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: &[
            ("channels", Rust(four_to_one::<Ours>)),
            ("tokio", Rust(four_to_one::<Tokio>)),
            ("flume", Rust(four_to_one::<Flume>)),
            ("kanal", Rust(four_to_one::<Kanal>)),
            ("async-channel", Rust(four_to_one::<AsyncChannel>)),
            ("Go", Go("channels", "4:1")),
        ],
    },
    Workload {
        name: "tasks: 4:4",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: &[
            ("channels", Rust(four_to_four::<Ours>)),
            ("flume", Rust(four_to_four::<Flume>)),
            ("kanal", Rust(four_to_four::<Kanal>)),
            ("async-channel", Rust(four_to_four::<AsyncChannel>)),
            ("Go", Go("channels", "4:4")),
        ],
    },
    Workload {
        name: "tasks: select over 2",
        unit: "ns",
        count: 400_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 2, CAPACITY>)),
            ("tokio", Rust(select::<Tokio, 2, CAPACITY>)),
            ("flume", Rust(select::<Flume, 2, CAPACITY>)),
            ("async-channel", Rust(select::<AsyncChannel, 2, CAPACITY>)),
            ("Go", Go("channels", "select 2")),
        ],
    },
    Workload {
        name: "tasks: select over 8",
        unit: "ns",
        count: 400_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 8, CAPACITY>)),
            ("tokio", Rust(select::<Tokio, 8, CAPACITY>)),
            ("flume", Rust(select::<Flume, 8, CAPACITY>)),
            ("async-channel", Rust(select::<AsyncChannel, 8, CAPACITY>)),
            ("Go", Go("channels", "select 8")),
        ],
    },
    Workload {
        name: "tasks: select over 2, unbuffered",
        unit: "ns",
        count: 100_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 2, 0>)),
            ("tokio, capacity 1", Rust(select::<Tokio, 2, 0>)),
            ("flume", Rust(select::<Flume, 2, 0>)),
            (
                "async-channel, capacity 1",
                Rust(select::<AsyncChannel, 2, 0>),
            ),
            ("Go", Go("channels", "select 2 unbuffered")),
        ],
    },
    Workload {
        name: "tasks: select over 8, unbuffered",
        unit: "ns",
        count: 100_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 8, 0>)),
            ("tokio, capacity 1", Rust(select::<Tokio, 8, 0>)),
            ("flume", Rust(select::<Flume, 8, 0>)),
            (
                "async-channel, capacity 1",
                Rust(select::<AsyncChannel, 8, 0>),
            ),
            ("Go", Go("channels", "select 8 unbuffered")),
        ],
    },
];

const ROUND_TRIP: &[(&str, Measure)] = &[
    ("channels", Rust(round_trip::<Ours>)),
    ("tokio, capacity 1", Rust(round_trip::<Tokio>)),
    ("flume", Rust(round_trip::<Flume>)),
    ("kanal", Rust(round_trip::<Kanal>)),
    (
        "async-channel, capacity 1",
        Rust(round_trip::<AsyncChannel>),
    ),
    ("Go", Go("channels", "round trip")),
];

const ONE_TO_ONE: &[(&str, Measure)] = &[
    ("channels", Rust(one_to_one::<Ours>)),
    ("tokio", Rust(one_to_one::<Tokio>)),
    ("flume", Rust(one_to_one::<Flume>)),
    ("kanal", Rust(one_to_one::<Kanal>)),
    ("async-channel", Rust(one_to_one::<AsyncChannel>)),
    ("Go", Go("channels", "1:1")),
];

pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts")
}

/// A message there and another back.
fn round_trip<C: Suspending>(plan: &Plan) -> f64 {
    let runtime = runtime();
    plan.repeat(|count| {
        let (to, mut from_here) = C::channel(0);
        let (back, mut from_there) = C::channel(0);
        runtime.spawn(async move {
            while let Some(message) = C::receive(&mut from_here).await {
                C::send(&back, message + 1).await;
            }
        });
        let trips = runtime.spawn(async move {
            for message in 0..count {
                C::send(&to, message).await;
                assert_eq!(C::receive(&mut from_there).await, Some(message + 1));
            }
        });
        runtime.block_on(trips).expect("a task panicked");
    })
}

fn one_to_one<C: Suspending>(plan: &Plan) -> f64 {
    let runtime = runtime();
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(&runtime, vec![sender], vec![receiver], count);
    })
}

fn four_to_one<C: Suspending>(plan: &Plan) -> f64 {
    let runtime = runtime();
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(&runtime, four(sender), vec![receiver], count / 4);
    })
}

fn four_to_four<C: Suspending<Receiver: Clone>>(plan: &Plan) -> f64 {
    let runtime = runtime();
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(&runtime, four(sender), four(receiver), count / 4);
    })
}

/// Each sender sends the numbers below `share`.
fn transfer<C: Suspending>(
    runtime: &Runtime,
    senders: Vec<C::Sender>,
    receivers: Vec<C::Receiver>,
    share: u64,
) {
    let expected = Tally::expected(senders.len(), share);
    let receivers: Vec<_> = receivers
        .into_iter()
        .map(|receiver| runtime.spawn(drain::<C>(receiver)))
        .collect();
    for sender in senders {
        runtime.spawn(send_all::<C>(sender, share));
    }
    let arrived: Tally = receivers
        .into_iter()
        .map(|receiver| result(runtime, receiver))
        .sum();
    assert_eq!(arrived, expected);
}

fn result<T>(runtime: &Runtime, task: JoinHandle<T>) -> T {
    runtime.block_on(task).expect("a task panicked")
}

async fn send_all<C: Suspending>(sender: C::Sender, share: u64) {
    for message in 0..share {
        C::send(&sender, message).await;
    }
}

async fn drain<C: Suspending>(mut receiver: C::Receiver) -> Tally {
    let mut tally = Tally::default();
    while let Some(message) = C::receive(&mut receiver).await {
        tally.add(message);
    }
    tally
}

/// Each of `N` channels has a sender of its own; one task receives from all. The senders outlive the
/// job: a closed channel would be ready each time.
fn select<C: Select<N>, const N: usize, const CAPACITY: usize>(plan: &Plan) -> f64 {
    let runtime = runtime();
    plan.repeat(|count| {
        let share = count / N as u64;
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..N).map(|_| C::channel(CAPACITY)).unzip();
        let Ok(mut receivers) = <[C::Receiver; N]>::try_from(receivers) else {
            unreachable!("there are N of them");
        };
        let _open = senders.clone();
        for sender in senders {
            runtime.spawn(send_all::<C>(sender, share));
        }
        let receiver = runtime.spawn(async move {
            let mut tally = Tally::default();
            for _ in 0..share * N as u64 {
                tally.add(C::select(&mut receivers).await);
            }
            tally
        });
        assert_eq!(result(&runtime, receiver), Tally::expected(N, share));
    })
}
