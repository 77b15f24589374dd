//! The jobs with a thread at each end.
//!
//! Go, which has no threads to offer, does them with goroutines: a switch between two of those is
//! no system call, as one between threads is.

use std::thread;

use crate::plan::Measure::{self, Go, Rust};
use crate::plan::{CAPACITY, Plan, Tally, Workload};
use crate::thread_peers::{Crossbeam, Flume, Kanal, Ours, Std};

/// A channel whose ends block their thread.
pub(crate) trait Blocking {
    type Sender: Clone + Send;
    type Receiver: Send;

    fn channel(capacity: usize) -> (Self::Sender, Self::Receiver);
    fn send(sender: &Self::Sender, message: u64);
    /// Nothing when the channel is closed and empty.
    fn receive(receiver: &Self::Receiver) -> Option<u64>;
}

/// One that can wait for the first of `N` channels.
pub(crate) trait Select<const N: usize>: Blocking {
    fn select(receivers: &[Self::Receiver; N]) -> u64;
}

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "threads: round trip, unbuffered",
        unit: "ns",
        // Few, since who spins for a lock that a sleeper holds takes milliseconds for each.
        count: 200,
        loaded: false,
        peers: ROUND_TRIP,
    },
    Workload {
        name: "threads: round trip, unbuffered, other cores busy",
        unit: "ns",
        count: 200,
        loaded: true,
        peers: ROUND_TRIP,
    },
    Workload {
        name: "threads: 1:1",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: ONE_TO_ONE,
    },
    Workload {
        name: "threads: 1:1, other cores busy",
        unit: "ns",
        count: 500_000,
        loaded: true,
        peers: ONE_TO_ONE,
    },
    Workload {
        name: "threads: 4:1",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: &[
            ("channels", Rust(four_to_one::<Ours>)),
            ("std", Rust(four_to_one::<Std>)),
            ("crossbeam", Rust(four_to_one::<Crossbeam>)),
            ("flume", Rust(four_to_one::<Flume>)),
            ("kanal", Rust(four_to_one::<Kanal>)),
            ("Go", Go("channels", "4:1")),
        ],
    },
    Workload {
        name: "threads: 4:4",
        unit: "ns",
        count: 500_000,
        loaded: false,
        peers: &[
            ("channels", Rust(four_to_four::<Ours>)),
            ("crossbeam", Rust(four_to_four::<Crossbeam>)),
            ("flume", Rust(four_to_four::<Flume>)),
            ("kanal", Rust(four_to_four::<Kanal>)),
            ("Go", Go("channels", "4:4")),
        ],
    },
    Workload {
        name: "threads: select over 2",
        unit: "ns",
        count: 400_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 2, CAPACITY>)),
            ("crossbeam", Rust(select::<Crossbeam, 2, CAPACITY>)),
            ("flume", Rust(select::<Flume, 2, CAPACITY>)),
            ("Go", Go("channels", "select 2")),
        ],
    },
    Workload {
        name: "threads: select over 8",
        unit: "ns",
        count: 400_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 8, CAPACITY>)),
            ("crossbeam", Rust(select::<Crossbeam, 8, CAPACITY>)),
            ("flume", Rust(select::<Flume, 8, CAPACITY>)),
            ("Go", Go("channels", "select 8")),
        ],
    },
    Workload {
        name: "threads: select over 2, unbuffered",
        unit: "ns",
        count: 40_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 2, 0>)),
            ("crossbeam", Rust(select::<Crossbeam, 2, 0>)),
            ("flume", Rust(select::<Flume, 2, 0>)),
            ("Go", Go("channels", "select 2 unbuffered")),
        ],
    },
    Workload {
        name: "threads: select over 8, unbuffered",
        unit: "ns",
        count: 40_000,
        loaded: false,
        peers: &[
            ("channels", Rust(select::<Ours, 8, 0>)),
            ("crossbeam", Rust(select::<Crossbeam, 8, 0>)),
            ("flume", Rust(select::<Flume, 8, 0>)),
            ("Go", Go("channels", "select 8 unbuffered")),
        ],
    },
];

const ROUND_TRIP: &[(&str, Measure)] = &[
    ("channels", Rust(round_trip::<Ours>)),
    ("std", Rust(round_trip::<Std>)),
    ("crossbeam", Rust(round_trip::<Crossbeam>)),
    ("flume", Rust(round_trip::<Flume>)),
    ("kanal", Rust(round_trip::<Kanal>)),
    ("Go", Go("channels", "round trip")),
];

const ONE_TO_ONE: &[(&str, Measure)] = &[
    ("channels", Rust(one_to_one::<Ours>)),
    ("std", Rust(one_to_one::<Std>)),
    ("crossbeam", Rust(one_to_one::<Crossbeam>)),
    ("flume", Rust(one_to_one::<Flume>)),
    ("kanal", Rust(one_to_one::<Kanal>)),
    ("Go", Go("channels", "1:1")),
];

/// A message there and another back.
fn round_trip<C: Blocking>(plan: &Plan) -> f64 {
    let (to, from_here) = C::channel(0);
    let (back, from_there) = C::channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Some(message) = C::receive(&from_here) {
                C::send(&back, message + 1);
            }
        });
        let time = plan.repeat(|count| {
            for message in 0..count {
                C::send(&to, message);
                assert_eq!(C::receive(&from_there), Some(message + 1));
            }
        });
        drop(to);
        time
    })
}

fn one_to_one<C: Blocking>(plan: &Plan) -> f64 {
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(vec![sender], vec![receiver], count);
    })
}

fn four_to_one<C: Blocking>(plan: &Plan) -> f64 {
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(four(sender), vec![receiver], count / 4);
    })
}

fn four_to_four<C: Blocking<Receiver: Clone>>(plan: &Plan) -> f64 {
    plan.repeat(|count| {
        let (sender, receiver) = C::channel(CAPACITY);
        transfer::<C>(four(sender), four(receiver), count / 4);
    })
}

pub(crate) fn four<T: Clone>(end: T) -> Vec<T> {
    vec![end.clone(), end.clone(), end.clone(), end]
}

/// Each sender sends the numbers below `share`.
fn transfer<C: Blocking>(senders: Vec<C::Sender>, receivers: Vec<C::Receiver>, share: u64) {
    let expected = Tally::expected(senders.len(), share);
    let arrived = thread::scope(|scope| {
        let receivers: Vec<_> = receivers
            .into_iter()
            .map(|receiver| scope.spawn(move || drain::<C>(&receiver)))
            .collect();
        for sender in senders {
            scope.spawn(move || (0..share).for_each(|message| C::send(&sender, message)));
        }
        receivers
            .into_iter()
            .map(|receiver| receiver.join().expect("a receiver panicked"))
            .sum::<Tally>()
    });
    assert_eq!(arrived, expected);
}

fn drain<C: Blocking>(receiver: &C::Receiver) -> Tally {
    let mut tally = Tally::default();
    while let Some(message) = C::receive(receiver) {
        tally.add(message);
    }
    tally
}

/// Each of `N` channels has a sender of its own; one thread receives from all. The senders outlive
/// the job: a closed channel would be ready each time.
fn select<C: Select<N>, const N: usize, const CAPACITY: usize>(plan: &Plan) -> f64 {
    plan.repeat(|count| {
        let share = count / N as u64;
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..N).map(|_| C::channel(CAPACITY)).unzip();
        let Ok(receivers) = <[C::Receiver; N]>::try_from(receivers) else {
            unreachable!("there are N of them");
        };
        let _open = senders.clone();
        let mut tally = Tally::default();
        thread::scope(|scope| {
            for sender in senders {
                scope.spawn(move || (0..share).for_each(|message| C::send(&sender, message)));
            }
            for _ in 0..share * N as u64 {
                tally.add(C::select(&receivers));
            }
        });
        assert_eq!(tally, Tally::expected(N, share));
    })
}
