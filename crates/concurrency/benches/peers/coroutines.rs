//! may: tasks with stacks of their own, as in Go, in plain blocking code.
//!
//! A stack is a map with a guard page, which is two of the 65,530 maps that the kernel allows. So there
//! are at most some ten thousand at a time, and smaller counts than the others have.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use may::coroutine::{JoinHandle, yield_now};
use may::net::{TcpListener, TcpStream};
use may::{config, go};

use crate::Result;
use crate::executors::WORKERS;
use crate::tasks::{RING, TRIPS, YIELDING, check, each, resident};

const AT_ONCE: usize = 1000;
const PARKED: usize = 20_000;

fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        config().set_workers(WORKERS);
    });
}

fn join<T>(task: JoinHandle<T>) -> T {
    task.join()
        .unwrap_or_else(|_| panic!("a coroutine panicked"))
}

/// In batches: the stacks of one are used again by the next.
pub(crate) fn spawn(count: usize) -> Result<f64> {
    start();
    let main = go!(move || {
        let start = Instant::now();
        let mut sum = 0;
        for batch in 0..count / AT_ONCE {
            let tasks: Vec<_> = (0..AT_ONCE)
                .map(|number| go!(move || (batch * AT_ONCE + number) as u64))
                .collect();
            sum += tasks.into_iter().map(join).sum::<u64>();
        }
        (start.elapsed(), sum)
    });
    let (elapsed, sum) = join(main);
    check(sum, (count * (count - 1) / 2) as u64)?;
    Ok(each(elapsed, count))
}

pub(crate) fn park(count: usize) -> Result<f64> {
    start();
    let count = count.min(PARKED);
    let before = resident()?;
    let parked = Arc::new(AtomicUsize::new(0));
    let (never, wait) = may::sync::mpmc::channel::<()>();
    for _ in 0..count {
        let (parked, wait) = (Arc::clone(&parked), wait.clone());
        go!(move || {
            parked.fetch_add(1, Ordering::Relaxed);
            let _ = wait.recv();
        });
    }
    while parked.load(Ordering::Relaxed) < count {
        std::thread::yield_now();
    }
    let after = resident()?;
    drop(never);
    Ok((after - before) as f64 / count as f64)
}

pub(crate) fn ring(hops: usize) -> Result<f64> {
    start();
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..RING)
        .map(|_| may::sync::mpsc::channel::<usize>())
        .unzip();
    let first = senders[0].clone();
    let start = Instant::now();
    let tasks: Vec<_> = receivers
        .into_iter()
        .zip(1..)
        .map(|(receiver, next)| {
            let next = senders[next % RING].clone();
            go!(move || {
                let mut hops = 0;
                while let Ok(left) = receiver.recv() {
                    hops += 1;
                    let _ = next.send(left.saturating_sub(1));
                    if left == 0 {
                        break;
                    }
                }
                hops
            })
        })
        .collect();
    first.send(hops)?;
    let total: u64 = tasks.into_iter().map(join).sum();
    let elapsed = start.elapsed();
    check(total, (hops + RING) as u64)?;
    Ok(each(elapsed, hops))
}

pub(crate) fn yields(count: usize) -> Result<f64> {
    start();
    let start = Instant::now();
    let tasks: Vec<_> = (0..YIELDING)
        .map(|_| {
            go!(move || {
                for _ in 0..count / YIELDING {
                    yield_now();
                }
                (count / YIELDING) as u64
            })
        })
        .collect();
    let total = tasks.into_iter().map(join).sum();
    let elapsed = start.elapsed();
    check(total, count as u64)?;
    Ok(each(elapsed, count))
}

pub(crate) fn echo(count: usize) -> Result<f64> {
    start();
    mmap::poller::raise_open_files((2 * count / TRIPS) as u64 + 100)?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    go!(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            go!(move || {
                let mut message = [0; 64];
                while stream.read_exact(&mut message).is_ok() && stream.write_all(&message).is_ok()
                {
                }
            });
        }
    });
    let start = Instant::now();
    let clients: Vec<_> = (0..count / TRIPS)
        .map(|number| {
            go!(move || {
                let mut stream = TcpStream::connect(address).expect("the server listens");
                let message = [number as u8; 64];
                let mut answered = 0;
                for _ in 0..TRIPS {
                    let mut answer = [0; 64];
                    stream.write_all(&message).expect("the server reads");
                    stream.read_exact(&mut answer).expect("the server answers");
                    answered += u64::from(answer == message);
                }
                answered
            })
        })
        .collect();
    let answered = clients.into_iter().map(join).sum();
    let elapsed = start.elapsed();
    check(answered, count as u64)?;
    Ok(each(elapsed, count))
}
