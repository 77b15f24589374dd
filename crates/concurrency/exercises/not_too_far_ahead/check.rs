//! How far a producer gets ahead of a consumer that takes its time.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::exercise::run;

/// Items that may wait, and with them one in the producer's hands and one in the consumer's.
const AHEAD: u32 = 3;
const MOST: u32 = AHEAD + 2;

pub fn main() {
    in_time("a producer and a slow consumer", || {
        let (produced, mut consumed) = (AtomicU32::new(0), Vec::new());
        run(
            || Some(produced.fetch_add(1, Ordering::SeqCst)).filter(|number| *number < 1000),
            |number| {
                consumed.push(number);
                // Time for a producer that does not wait to run away.
                let far = number + MOST + 1;
                let end = Instant::now() + Duration::from_millis(100);
                while number < 4 && Instant::now() < end && produced.load(Ordering::SeqCst) <= far {
                    thread::yield_now();
                }
                let ahead = produced.load(Ordering::SeqCst) - number;
                assert!(
                    ahead <= MOST + 1,
                    "item {number} is being consumed, and {ahead} items more have been made; \
                     there was to be room for {AHEAD}"
                );
                true
            },
            AHEAD as usize,
        );
        assert!((0..1000).eq(consumed), "all 1000 items, in their order");
    });
    println!("✓ the producer waits when the room is full");
    println!("✓ all items arrive, in their order");

    in_time("a consumer that wants no more", || {
        let (mut number, mut seen) = (0_u64, 0);
        run(
            || {
                number += 1;
                Some(number)
            },
            |_| {
                seen += 1;
                seen < 5
            },
            AHEAD as usize,
        );
        assert_eq!(
            seen, 5,
            "the consumer said with the fifth item that it wants no more"
        );
    });
    println!("✓ an endless producer ends when nobody wants more");
}

fn in_time(what: &str, scene: impl FnOnce() + Send + 'static) {
    let (told, ended) = mpsc::channel();
    let thread = thread::spawn(move || {
        scene();
        told.send(()).expect("the check waits");
    });
    match ended.recv_timeout(Duration::from_secs(10)) {
        Ok(()) => {}
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panic = thread.join().expect_err("it has sent nothing");
            std::panic::resume_unwind(panic);
        }
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: run does not return"),
    }
}
