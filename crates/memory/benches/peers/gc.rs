//! Collectors: pauses and throughput, with linked nodes of 64 bytes, 500 MiB of them live.
//!
//! Two threads append to lists, of which there are 1024, and cut their heads off. Two things are measured:
//!
//! - *A pause* is a cycle's: the sum of its stops, each from the request until all threads may run again. So it is
//!   in Go's `debug.GCStats`. A run has a few cycles, so that its 99th percentile is its longest.
//! - *A batch* is 16 nodes, as the thread sees it that makes them: its pauses, but also the work that the
//!   collector has it do, and the processor that it lost to the collector or to the other thread.
// The node names its edges, as `Trace` demands.
#![allow(unsafe_code)]

use std::path::Path;
use std::process::Command;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use memory::gc::{
    Collector, Config, Edge, Gc, Heap, Kind, Mutator, Pause, Root, Scope, Trace, Visitor,
};

use crate::Result;
use crate::workload::{Peer, Workload};

const LISTS: usize = 1024;
const THREADS: usize = 2;
const BATCH: usize = 16;

macro_rules! peers {
    ($figure:ident) => {
        [
            Peer {
                name: "memory::gc, concurrent",
                needs: None,
                measure: |quick| Ok(ours(Collector::Concurrent, quick)?.$figure),
            },
            Peer {
                name: "memory::gc, incremental",
                needs: None,
                measure: |quick| Ok(ours(Collector::Incremental, quick)?.$figure),
            },
            Peer {
                name: "memory::gc, world stopped",
                needs: None,
                measure: |quick| Ok(ours(Collector::Stop, quick)?.$figure),
            },
            Peer {
                name: "Go",
                needs: Some("go"),
                measure: |quick| Ok(go(quick)?.$figure),
            },
        ]
    };
}

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "longest pause but one in a hundred, 500 MiB live",
        unit: "us",
        peers: &peers!(p99),
    },
    Workload {
        name: "longest pause, 500 MiB live",
        unit: "us",
        peers: &peers!(max),
    },
    Workload {
        name: "16 nodes, but for one batch in ten thousand, 500 MiB live, 2 threads",
        unit: "us",
        peers: &peers!(batch),
    },
    Workload {
        name: "16 nodes, the slowest batch, 500 MiB live, 2 threads",
        unit: "us",
        peers: &peers!(slowest),
    },
    Workload {
        name: "a node made and an old one dropped, 500 MiB live, 2 threads",
        unit: "ns",
        peers: &peers!(each),
    },
];

struct Figures {
    p99: f64,
    max: f64,
    batch: f64,
    slowest: f64,
    each: f64,
}

fn size_and_time(quick: bool) -> (usize, Duration) {
    let (mebibytes, seconds) = if quick { (50, 1) } else { (500, 6) };
    (mebibytes, Duration::from_secs(seconds))
}

struct Node {
    next: Edge<Node>,
    tail: Edge<Node>,
    payload: [u64; 7],
}

// SAFETY: both edges, which nothing moves.
unsafe impl Trace for Node {
    #[inline]
    fn trace(&self, visitor: &mut Visitor<'_, Self>) {
        visitor.visit(&self.next);
        visitor.visit(&self.tail);
    }
}

fn ours(collector: Collector, quick: bool) -> Result<Figures> {
    let (mebibytes, limit) = size_and_time(quick);
    let length = (mebibytes << 20) / size_of::<Node>() / LISTS;
    let heap = Heap::new(Config::new(LISTS * length * 5 / 2).collector(collector));
    let ready = Barrier::new(THREADS + 1);
    let (batches, mut pauses) = thread::scope(|scope| {
        let work = || {
            let mut mutator = heap.mutator();
            let anchors: Vec<_> = (0..LISTS / THREADS)
                .map(|_| build(&mut mutator, length))
                .collect();
            ready.wait();
            let batches = churn(&mut mutator, &anchors, limit);
            ready.wait();
            // Until the pauses are known: the check has a long scope for each list, and its own pauses.
            ready.wait();
            assert!(
                anchors
                    .iter()
                    .all(|anchor| len(&mut mutator, anchor) == length)
            );
            batches
        };
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        ready.wait();
        let before = heap.pauses().len();
        ready.wait();
        let pauses = by_cycle(&heap.pauses()[before..]);
        ready.wait();
        let mut batches = Latencies::default();
        for worker in workers {
            batches.add(&worker.join().expect("a worker ends well"));
        }
        (batches, pauses)
    });
    pauses.sort_unstable();
    let longest = pauses.last().ok_or("no cycle was completed")?;
    let p99 = pauses[(pauses.len() * 99 / 100).min(pauses.len() - 1)];
    Ok(Figures {
        p99: micros(p99),
        max: micros(*longest),
        batch: micros(batches.all_but_one_in(10_000)),
        slowest: micros(batches.longest),
        each: limit.as_secs_f64() * 1e9 * THREADS as f64 / (batches.count() * BATCH as u64) as f64,
    })
}

/// The sum of both stops of a cycle; steps stay what they are.
fn by_cycle(pauses: &[Pause]) -> Vec<Duration> {
    let mut sums = Vec::new();
    for pause in pauses {
        match sums.last_mut() {
            Some(sum) if pause.kind == Kind::Finish => *sum += pause.took,
            _ => sums.push(pause.took),
        }
    }
    sums
}

fn micros(took: Duration) -> f64 {
    took.as_secs_f64() * 1e6
}

fn build(mutator: &mut Mutator<Node>, length: usize) -> Root<Node> {
    let anchor = mutator.enter(|scope| {
        let (anchor, first) = (node(scope), node(scope));
        scope.link(anchor, |node| &node.next, Some(first));
        scope.link(anchor, |node| &node.tail, Some(first));
        scope.root(anchor)
    });
    for _ in 1..length {
        mutator.enter(|scope| push(scope, &anchor));
    }
    anchor
}

fn node<'gc>(scope: &mut Scope<'gc, '_, Node>) -> Gc<'gc, Node> {
    let made = scope.allocate(Node {
        next: Edge::empty(),
        tail: Edge::empty(),
        payload: [0; 7],
    });
    made.unwrap_or_else(|full| panic!("the heap is full, {:?} did not fit", full.0.payload))
}

fn push(scope: &mut Scope<'_, '_, Node>, anchor: &Root<Node>) {
    let anchor = scope.open(anchor);
    let new = node(scope);
    let last = scope
        .follow(anchor, |node| &node.tail)
        .expect("a list is not empty");
    scope.link(last, |node| &node.next, Some(new));
    scope.link(anchor, |node| &node.tail, Some(new));
}

fn churn(mutator: &mut Mutator<Node>, anchors: &[Root<Node>], limit: Duration) -> Latencies {
    let (start, mut random) = (Instant::now(), 88_172_645_463_325_252_u64);
    let (mut batches, mut last) = (Latencies::default(), Duration::ZERO);
    while last < limit {
        mutator.enter(|scope| {
            for _ in 0..BATCH {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let anchor = &anchors[(random >> 32) as usize % anchors.len()];
                push(scope, anchor);
                let anchor = scope.open(anchor);
                let head = scope
                    .follow(anchor, |node| &node.next)
                    .expect("a list is not empty");
                let next = scope.follow(head, |node| &node.next);
                scope.link(anchor, |node| &node.next, next);
            }
        });
        let now = start.elapsed();
        batches.note(now - last);
        last = now;
    }
    batches
}

/// How many batches took how long, by eighths of an octave of nanoseconds.
struct Latencies {
    counts: [u64; 512],
    longest: Duration,
}

impl Default for Latencies {
    fn default() -> Self {
        Latencies {
            counts: [0; 512],
            longest: Duration::ZERO,
        }
    }
}

impl Latencies {
    fn note(&mut self, took: Duration) {
        let nanos = (took.as_nanos() as u64).max(8);
        let octave = nanos.ilog2();
        let eighth = (nanos >> (octave - 3)) % 8;
        self.counts[octave as usize * 8 + eighth as usize] += 1;
        self.longest = self.longest.max(took);
    }

    fn add(&mut self, other: &Latencies) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.longest = self.longest.max(other.longest);
    }

    fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// One in so many took longer. The lower end of its bucket.
    fn all_but_one_in(&self, many: u64) -> Duration {
        let mut longer = self.count() / many;
        for (bucket, &count) in self.counts.iter().enumerate().rev() {
            if count > longer {
                let (octave, eighth) = (bucket / 8, bucket as u64 % 8);
                return Duration::from_nanos((8 + eighth) << octave >> 3);
            }
            longer -= count;
        }
        Duration::ZERO
    }
}

fn len(mutator: &mut Mutator<Node>, anchor: &Root<Node>) -> usize {
    mutator.enter(|scope| {
        let mut at = scope.follow(scope.open(anchor), |node| &node.next);
        let mut count = 0;
        while let Some(node) = at {
            count += 1;
            at = scope.follow(node, |node| &node.next);
        }
        count
    })
}

fn go(quick: bool) -> Result<Figures> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/gc.go");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-gc");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&program).arg(source);
    let status = build.status()?;
    if !status.success() {
        return Err(format!("go build: {status}").into());
    }
    let (mebibytes, limit) = size_and_time(quick);
    let mut run = Command::new(program);
    run.args([mebibytes.to_string(), limit.as_millis().to_string()]);
    let output = run.output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let figures: Vec<f64> = text
        .split_whitespace()
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    let [p99, max, batch, slowest, each] = figures[..] else {
        return Err(format!("unexpected: {text}").into());
    };
    Ok(Figures {
        p99,
        max,
        batch,
        slowest,
        each,
    })
}
