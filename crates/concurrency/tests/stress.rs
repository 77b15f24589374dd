//! Everything at once, for a while: no task is lost. `PROPTEST_CASES` of 5000 or more makes it ten
//! minutes.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use concurrency::net::UnixStream;
use concurrency::runtime::{
    Builder, blocking, checkpoint, sleep, spawn, spawn_blocking, timeout, yield_now,
};

/// A small generator of its own, so that each task's doings follow from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit
    }
}

/// What a task does: some of everything. How many tasks it and its children were.
fn work(seed: u64, depth: u32) -> std::pin::Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        let mut random = Random(seed | 1);
        let mut tasks = 1;
        for step in 0..6 {
            match random.below(8) {
                0 => yield_now().await,
                1 => sleep(Duration::from_micros(random.below(300))).await,
                2 => blocking(|| std::thread::sleep(Duration::from_micros(50))),
                3 => {
                    let (tx, rx) = channels::channel(random.below(2) as usize);
                    let sender = spawn(async move { tx.send_async(step).await });
                    assert_eq!(rx.recv_async().await, Ok(step));
                    sender.await.unwrap().unwrap();
                    tasks += 1;
                }
                4 => {
                    let (one, other) = UnixStream::pair().unwrap();
                    let echo = spawn(async move {
                        let mut buffer = [0; 8];
                        let n = other.read(&mut buffer).await.unwrap();
                        other.write_all(&buffer[..n]).await.unwrap();
                    });
                    one.write_all(b"ping").await.unwrap();
                    assert_eq!(one.read(&mut [0; 8]).await.unwrap(), 4);
                    echo.await.unwrap();
                    tasks += 1;
                }
                5 => {
                    let forever = spawn(std::future::pending::<()>());
                    let limit = Duration::from_micros(random.below(100));
                    assert!(timeout(limit, yield_forever()).await.is_err());
                    forever.abort();
                    assert!(forever.await.is_err());
                    tasks += 1;
                }
                6 => tasks += spawn_blocking(|| 1).await.unwrap(),
                _ if depth > 0 => {
                    let children = [random.below(u64::MAX), random.below(u64::MAX)];
                    for child in children.map(|seed| spawn(work(seed, depth - 1))) {
                        tasks += child.await.unwrap();
                    }
                }
                _ => checkpoint().await,
            }
        }
        tasks
    })
}

async fn yield_forever() {
    loop {
        yield_now().await;
    }
}

#[test]
fn no_task_is_lost() {
    let cases = common::cases(1).cases;
    let lasts = if cases >= 5000 {
        Duration::from_secs(600)
    } else {
        Duration::from_secs(4)
    };
    let runtime = Builder::new().processors(3).build().unwrap();
    let handle = runtime.handle();
    let start = Instant::now();
    let done = Arc::new(AtomicU64::new(0));
    let mut round = 0;
    while start.elapsed() < lasts {
        round += 1;
        let done = Arc::clone(&done);
        runtime.block_on(async {
            let tasks: Vec<_> = (0..100)
                .map(|n| spawn(work(0x9e37_79b9 * (round * 1000 + n + 1), 3)))
                .collect();
            handle.set_processors(1 + (round % 4) as usize);
            for task in tasks {
                let finished = timeout(common::DEADLINE, task).await;
                let finished =
                    finished.unwrap_or_else(|_| panic!("lost: {:#?}", handle.snapshot()));
                done.fetch_add(finished.unwrap(), Ordering::Relaxed);
            }
        });
        assert_eq!(handle.tasks(), [], "after round {round}");
    }
    println!("{} tasks in {round} rounds", done.load(Ordering::Relaxed));
}
