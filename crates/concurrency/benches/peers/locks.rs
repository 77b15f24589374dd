//! A mutex alone and fought for, beside std's and parking_lot's; and a parallel loop beside
//! rayon's.

use std::hint::black_box;
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
            peer("concurrency", our_loop),
            peer("rayon", rayons_loop),
            peer("one thread", plain_loop),
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
    const THREADS: u64 = 4;
    let turns: u64 = if quick { 100_000 } else { 2_000_000 };
    let counter = C::default();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..turns).for_each(|_| counter.add()));
        }
    });
    let each = start.elapsed().as_nanos() as f64 / (THREADS * turns) as f64;
    expect(counter.total(), THREADS * turns)?;
    Ok(each)
}

const TURNS: usize = 1_000_000;
const GRAIN: usize = 4_096;

/// About a hundred nanoseconds of work.
fn turn(n: usize) {
    let mut number = n as u64;
    for _ in 0..64 {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
    }
    black_box(number);
}

fn turns(quick: bool) -> usize {
    if quick { TURNS / 10 } else { TURNS }
}

fn our_loop(quick: bool) -> Result<f64> {
    let runtime = Runtime::new();
    let _recording = record(&runtime);
    // The threads are there before the clock runs: rayon's are too.
    runtime.block_on(parallel_for(0..GRAIN, 1, turn));
    let start = Instant::now();
    runtime.block_on(parallel_for(0..turns(quick), GRAIN, turn));
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn rayons_loop(quick: bool) -> Result<f64> {
    (0..GRAIN).into_par_iter().for_each(turn);
    let start = Instant::now();
    (0..turns(quick)).into_par_iter().for_each(turn);
    Ok(start.elapsed().as_secs_f64() * 1e3)
}

fn plain_loop(quick: bool) -> Result<f64> {
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
