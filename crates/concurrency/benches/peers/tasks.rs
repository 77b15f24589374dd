//! What tasks cost: to spawn, to keep, to pass something on, to give way, to wait for a socket.
//!
//! Each job is written once for all executors of futures. Go's and may's tasks and our green threads have
//! stacks, so theirs are in `benches/go/tasks.go`, [`coroutines`](crate::coroutines) and [`green`](crate::green).

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concurrency::trace;

use crate::Result;
use crate::coroutines;
use crate::executors::{Executor, Ours, Smol, Tokio};
use crate::go;
use crate::green;
use crate::workload::{Peer, Workload};

pub(crate) const RING: usize = 1000;
pub(crate) const YIELDING: usize = 100;
pub(crate) const TRIPS: usize = 20;

const MILLION: usize = 1_000_000;
const CONNECTIONS: usize = 1000;

macro_rules! workload {
    ($name:literal, $unit:literal, $job:ident, $go:literal, $count:expr $(, may: $may:expr)? $(, green: $green:expr)?) => {
        Workload {
            name: $name,
            unit: $unit,
            peers: &[
                Peer { name: "ours", needs: None, measure: |quick| $job::<Ours>(size($count, quick)) },
                Peer {
                    name: "Go",
                    needs: Some("go"),
                    measure: |quick| go::run("tasks", $go, size($count, quick)),
                },
                Peer { name: "tokio", needs: None, measure: |quick| $job::<Tokio>(size($count, quick)) },
                Peer { name: "smol", needs: None, measure: |quick| $job::<Smol>(size($count, quick)) },
                $(Peer { name: "may", needs: None, measure: |quick| $may(size($count, quick)) },)?
                $(Peer { name: "ours, with stacks", needs: None, measure: |quick| $green(size($count, quick)) },)?
            ],
        }
    };
}

macro_rules! turn_of {
    ($name:literal, $go:literal, $length:expr, $count:expr) => {
        Workload {
            name: $name,
            unit: "ns",
            peers: &[
                Peer {
                    name: "ours",
                    needs: None,
                    measure: |quick| turns($length, size($count, quick)),
                },
                Peer {
                    name: "Go",
                    needs: Some("go"),
                    measure: |quick| go::run("tasks", $go, size($count, quick)),
                },
            ],
        }
    };
}

/// May maps a stack for each coroutine, and the kernel allows 65,530 maps: it parks 20,000 at most, and
/// its tree of a million does not grow.
pub(crate) const WORKLOADS: &[Workload] = &[
    workload!("spawn and join a task", "ns", spawn, "spawn", MILLION, may: coroutines::spawn, green: green::spawn_and_join),
    workload!("parked task", "bytes", park, "park", MILLION, may: coroutines::park, green: green::parked),
    workload!("a hop in a ring of 1000", "ns", ring, "ring", MILLION, may: coroutines::ring),
    workload!("a leaf of skynet", "ns", skynet, "skynet", MILLION),
    workload!("yield", "ns", yields, "yield", MILLION, may: coroutines::yields, green: green::yields),
    workload!("a TCP echo, 1000 connections", "ns", echo, "echo", CONNECTIONS * TRIPS, may: coroutines::echo),
];

/// What a recording is measured on besides: turns that do some work, and what a program says of itself.
pub(crate) const TRACED: &[Workload] = &[
    turn_of!("a turn of 100 multiplications", "turn 100", 100, MILLION),
    turn_of!("a turn of 1000", "turn 1000", 1000, MILLION / 5),
    turn_of!("a turn of 10 000", "turn 10000", 10_000, MILLION / 20),
    Workload {
        name: "a region",
        unit: "ns",
        peers: &[
            Peer {
                name: "ours",
                needs: None,
                measure: |quick| regions(size(MILLION, quick)),
            },
            Peer {
                name: "Go",
                needs: Some("go"),
                measure: |quick| go::run("tasks", "region", size(MILLION, quick)),
            },
        ],
    },
];

/// A tenth of it when quick.
fn size(full: usize, quick: bool) -> usize {
    if quick { full / 10 } else { full }
}

pub(crate) fn each(elapsed: Duration, count: usize) -> f64 {
    elapsed.as_nanos() as f64 / count as f64
}

pub(crate) fn check(got: u64, expected: u64) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{got} instead of {expected}").into())
}

fn spawn<E: Executor>(count: usize) -> Result<f64> {
    let (elapsed, sum) = E::run(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..count as u64)
            .map(|number| E::spawn(async move { number }))
            .collect();
        let mut sum = 0;
        for task in tasks {
            sum += task.await;
        }
        (start.elapsed(), sum)
    });
    check(sum, (count * (count - 1) / 2) as u64)?;
    Ok(each(elapsed, count))
}

/// The most memory that this program has had resident, in bytes. Linux's `ru_maxrss` begins with the peak of
/// the program that started it, since it outlives execve(2).
#[cfg(target_os = "linux")]
pub(crate) fn resident() -> io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(kibibytes.ok_or(io::ErrorKind::InvalidData)? * 1024)
}

/// The most memory that this program has had resident, in bytes.
#[cfg(target_os = "macos")]
pub(crate) fn resident() -> io::Result<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    Ok(getrusage(UsageWho::RUSAGE_SELF)?.max_rss().cast_unsigned())
}

/// Each measurement is a process of its own, so what was resident before is little.
fn park<E: Executor>(count: usize) -> Result<f64> {
    let parked = Arc::new(AtomicUsize::new(0));
    let (before, after) = E::run(async move {
        let before = resident();
        for _ in 0..count {
            let parked = Arc::clone(&parked);
            E::spawn_and_forget(async move {
                parked.fetch_add(1, Ordering::Relaxed);
                std::future::pending::<()>().await;
            });
        }
        while parked.load(Ordering::Relaxed) < count {
            E::yield_now().await;
        }
        (before, resident())
    });
    Ok((after? - before?) as f64 / count as f64)
}

fn ring<E: Executor>(hops: usize) -> Result<f64> {
    let (elapsed, total) = E::run(async move {
        let (senders, receivers): (Vec<_>, Vec<_>) = (0..RING).map(|_| E::channel()).unzip();
        let first = senders[0].clone();
        let start = Instant::now();
        let tasks: Vec<_> = receivers
            .into_iter()
            .zip(1..)
            .map(|(receiver, next)| E::spawn(pass_on::<E>(receiver, senders[next % RING].clone())))
            .collect();
        E::send(&first, hops as u64).await;
        let mut total = 0;
        for task in tasks {
            total += task.await;
        }
        (start.elapsed(), total)
    });
    check(total, (hops + RING) as u64)?;
    Ok(each(elapsed, hops))
}

/// Passes a number on, less one, until it is 0, which goes once round and ends everybody.
async fn pass_on<E: Executor>(mut receiver: E::Receiver, next: E::Sender) -> u64 {
    let mut hops = 0;
    while let Some(left) = E::receive(&mut receiver).await {
        hops += 1;
        E::send(&next, left.saturating_sub(1)).await;
        if left == 0 {
            break;
        }
    }
    hops
}

fn skynet<E: Executor>(leaves: usize) -> Result<f64> {
    let leaves = leaves as u64;
    let (elapsed, sum) = E::run(async move {
        let start = Instant::now();
        let sum = E::spawn(grow::<E>(0, leaves)).await;
        (start.elapsed(), sum)
    });
    check(sum, leaves * (leaves - 1) / 2)?;
    Ok(each(elapsed, leaves as usize))
}

fn grow<E: Executor>(
    first: u64,
    leaves: u64,
) -> std::pin::Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        if leaves == 1 {
            return first;
        }
        let below = leaves / 10;
        let children: Vec<_> = (0..10)
            .map(|child| E::spawn(grow::<E>(first + child * below, below)))
            .collect();
        let mut sum = 0;
        for child in children {
            sum += child.await;
        }
        sum
    })
}

fn yields<E: Executor>(count: usize) -> Result<f64> {
    let total = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&total);
    let elapsed = E::run(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..YIELDING)
            .map(|_| {
                let counted = Arc::clone(&counted);
                E::spawn(async move {
                    for _ in 0..count / YIELDING {
                        E::yield_now().await;
                    }
                    counted.fetch_add((count / YIELDING) as u64, Ordering::Relaxed);
                })
            })
            .collect();
        for task in tasks {
            task.await;
        }
        start.elapsed()
    });
    check(total.load(Ordering::Relaxed), count as u64)?;
    Ok(each(elapsed, count))
}

/// Each turn is so many multiplications that depend on each other.
fn turns(length: u64, count: usize) -> Result<f64> {
    let (elapsed, total) = Ours::run(async move {
        let start = Instant::now();
        let tasks: Vec<_> = (0..YIELDING)
            .map(|_| {
                Ours::spawn(async move {
                    let mut number = 1_u64;
                    for _ in 0..count / YIELDING {
                        for _ in 0..length {
                            number = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 1;
                        }
                        Ours::yield_now().await;
                    }
                    number | 1
                })
            })
            .collect();
        let mut total = 0_u64;
        for task in tasks {
            total |= task.await;
        }
        (start.elapsed(), total)
    });
    check(total & 1, 1)?;
    Ok(each(elapsed, count))
}

fn regions(count: usize) -> Result<f64> {
    let elapsed = Ours::run(async move {
        let start = Instant::now();
        for _ in 0..count {
            drop(trace::region("region"));
        }
        start.elapsed()
    });
    Ok(each(elapsed, count))
}

/// Both ends of each connection are tasks of this process.
fn echo<E: Executor>(count: usize) -> Result<f64> {
    let connections = count / TRIPS;
    mmap::poller::raise_open_files(2 * connections as u64 + 100)?;
    let (elapsed, answered) = E::run(async move {
        let (listener, address) = E::listen().await;
        E::spawn_and_forget(async move {
            while let Ok(stream) = E::accept(&listener).await {
                E::spawn_and_forget(async move {
                    let mut message = [0; 64];
                    while E::read_exact(&stream, &mut message).await.is_ok()
                        && E::write_all(&stream, &message).await.is_ok()
                    {}
                });
            }
        });
        let start = Instant::now();
        let clients: Vec<_> = (0..connections)
            .map(|number| {
                E::spawn(async move {
                    let stream = E::connect(address).await.expect("the server listens");
                    let message = [number as u8; 64];
                    let mut answered = 0;
                    for _ in 0..TRIPS {
                        let mut answer = [0; 64];
                        E::write_all(&stream, &message)
                            .await
                            .expect("the server reads");
                        E::read_exact(&stream, &mut answer)
                            .await
                            .expect("the server answers");
                        answered += u64::from(answer == message);
                    }
                    answered
                })
            })
            .collect();
        let mut answered = 0;
        for client in clients {
            answered += client.await;
        }
        (start.elapsed(), answered)
    });
    check(answered, count as u64)?;
    Ok(each(elapsed, count))
}
