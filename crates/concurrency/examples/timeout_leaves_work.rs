//! Giving up the wait for an answer does not stop who works on it.
//!
//! A time limit is the *caller's*: it goes away, and a thread or a blocking call goes on computing
//! for nobody. In Go this leaks a goroutine at each timeout. The worker has to look whether it is
//! still wanted: at a context, or in Rust at each `.await`, where a task can be dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use channels::context::Context;
use concurrency::runtime::{Runtime, sleep, spawn_blocking, timeout};

static TURNS: AtomicU64 = AtomicU64::new(0);

fn work(is_wanted: impl Fn() -> bool) {
    while is_wanted() {
        TURNS.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn main() {
    Runtime::new().block_on(async {
        let limit = Duration::from_millis(30);
        let stop = Arc::new(AtomicBool::new(false));
        let its_stop = Arc::clone(&stop);
        let mut stubborn = spawn_blocking(move || work(|| !its_stop.load(Ordering::Relaxed)));
        assert!(timeout(limit, &mut stubborn).await.is_err());
        let at_timeout = TURNS.load(Ordering::Relaxed);
        let deadline = Instant::now() + Duration::from_secs(10);
        while TURNS.load(Ordering::Relaxed) < at_timeout + 5 {
            assert!(Instant::now() < deadline, "waiting for it to go on");
            sleep(Duration::from_millis(1)).await;
        }
        println!("after the timeout it did {} turns and more", 5);
        assert!(!stubborn.is_finished());
        stop.store(true, Ordering::Relaxed);
        stubborn.await.expect("it does not panic");

        let (context, _canceller) = Context::background().with_timeout(limit);
        let polite = spawn_blocking(move || work(|| context.error().is_none()));
        polite.await.expect("it ends by itself");
        println!("the one that looks at its context has ended");
    });
}
