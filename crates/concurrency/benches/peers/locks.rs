//! A mutex alone and fought for, beside std's and parking_lot's; and a parallel loop beside
//! rayon's.

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use concurrency::patterns::parallel::parallel_for;
use concurrency::runtime::Runtime;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::Result;
use crate::executors::record;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "mutex, nobody else",
        unit: "ns",
        peers: &[
            peer("concurrency", alone::<concurrency::sync::Mutex<u64>>),
            peer("std", alone::<std::sync::Mutex<u64>>),
            peer("parking_lot", alone::<parking_lot::Mutex<u64>>),
        ],
    },
    Workload {
        name: "mutex, 4 threads at once",
        unit: "ns",
        peers: &[
            peer("concurrency", fought_for::<concurrency::sync::Mutex<u64>>),
            peer("std", fought_for::<std::sync::Mutex<u64>>),
            peer("parking_lot", fought_for::<parking_lot::Mutex<u64>>),
        ],
    },
    Workload {
        name: "parallel for, 1 000 000 turns",
        unit: "ms",
        peers: &[
            peer("concurrency", |quick| our_loop(quick, next_to_nothing)),
            peer("rayon", |quick| rayons_loop(quick, next_to_nothing)),
            peer("one thread", |quick| plain_loop(quick, next_to_nothing)),
        ],
    },
    Workload {
        name: "parallel for, 1 000 000 turns of 60 ns",
        unit: "ms",
        peers: &[
            peer("concurrency", |quick| our_loop(quick, some_work)),
            peer("rayon", |quick| rayons_loop(quick, some_work)),
            peer("one thread", |quick| plain_loop(quick, some_work)),
        ],
    },
];

const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

trait Counter: Default + Sync {
    fn add(&self);
    fn total(self) -> u64;
}

impl Counter for concurrency::sync::Mutex<u64> {
    fn add(&self) {
        *self.lock() += 1;
    }

    fn total(self) -> u64 {
        self.into_inner()
    }
}

impl Counter for std::sync::Mutex<u64> {
    fn add(&self) {
        *self.lock().expect("nobody panics") += 1;
    }

    fn total(self) -> u64 {
        self.into_inner().expect("nobody panics")
    }
}

impl Counter for parking_lot::Mutex<u64> {
    fn add(&self) {
        *self.lock() += 1;
    }

    fn total(self) -> u64 {
        self.into_inner()
    }
}

fn alone<C: Counter>(quick: bool) -> Result<f64> {
    let turns: u64 = if quick { 1_000_000 } else { 20_000_000 };
    let counter = C::default();
    let start = Instant::now();
    for _ in 0..turns {
        black_box(&counter).add();
    }
    let each = start.elapsed().as_nanos() as f64 / turns as f64;
    expect(counter.total(), turns)?;
    Ok(each)
}

fn fought_for<C: Counter>(quick: bool) -> Result<f64> {
    const THREADS: usize = 4;
    let turns: u64 = if quick { 1_000_000 } else { 10_000_000 };
    let counter = C::default();
    let at_once = Barrier::new(THREADS);
    let start = Instant::now();
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (counter, at_once) = (&counter, &at_once);
            scope.spawn(move || {
                apart(number);
                at_once.wait();
                (0..turns).for_each(|_| counter.add());
            });
        }
    });
    let each = start.elapsed().as_nanos() as f64 / (THREADS as u64 * turns) as f64;
    expect(counter.total(), THREADS as u64 * turns)?;
    Ok(each)
}

/// Puts the threads on different processors. Left alone, Linux lets them run one after the other on one
/// for a good while, and then nobody has to wait for the lock.
#[cfg(target_os = "linux")]
fn apart(thread: usize) {
    use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;
    let me = Pid::from_raw(0);
    let allowed = sched_getaffinity(me).expect("a thread may ask for its own");
    let allowed = (0..CpuSet::count()).filter(|&cpu| allowed.is_set(cpu).unwrap_or(false));
    let allowed: Vec<usize> = allowed.collect();
    let mut mine = CpuSet::new();
    mine.set(allowed[thread % allowed.len()])
        .expect("it was in a set");
    sched_setaffinity(me, &mine).expect("it is one of those that it has");
}

#[cfg(target_os = "macos")]
fn apart(_: usize) {}

const TURNS: usize = 1_000_000;
const GRAIN: usize = 4_096;

/// Half a nanosecond: such a loop shows how fast it gets going, and is known to be over.
fn next_to_nothing(n: usize) {
    black_box(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
}

/// About sixty nanoseconds. Of any number of multiplications by constants in its place the
/// compiler makes a single one.
fn some_work(n: usize) {
    let mut number = n as u64 | 1;
    for _ in 0..48 {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
    }
    black_box(number);
}

fn turns(quick: bool) -> usize {
    if quick { TURNS / 10 } else { TURNS }
}

trait Turn: Fn(usize) + Copy + Send + Sync + 'static {}
impl<F: Fn(usize) + Copy + Send + Sync + 'static> Turn for F {}

fn our_loop(quick: bool, turn: impl Turn) -> Result<f64> {
    let runtime = Runtime::new();
    let _recording = record(&runtime);
    // The threads are there before the clock runs: rayon's are too.
    runtime.block_on(parallel_for(0..GRAIN, 1, turn));
    let start = Instant::now();
    runtime.block_on(parallel_for(0..turns(quick), GRAIN, turn));
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn rayons_loop(quick: bool, turn: impl Turn) -> Result<f64> {
    (0..GRAIN).into_par_iter().for_each(turn);
    let start = Instant::now();
    (0..turns(quick)).into_par_iter().for_each(turn);
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn plain_loop(quick: bool, turn: impl Turn) -> Result<f64> {
    let start = Instant::now();
    (0..turns(quick)).for_each(turn);
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn expect(counted: u64, turns: u64) -> Result<()> {
    if counted == turns {
        Ok(())
    } else {
        Err(format!("counted {counted} of {turns}").into())
    }
}
