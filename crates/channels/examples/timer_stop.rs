//! A timeout that is not needed any more is kept until its time comes, unless its timer is stopped.
//!
//! Most timeouts never happen: the answer comes first. `after` leaves only a receiver in one's hands,
//! and dropping that tells the timer nothing. So 1000 answers a second with a timeout of a minute each
//! are 60 000 timers that wait for nobody. A `Timer` is stopped, or just dropped, and is gone at once.
//!
//! Go says of `time.After` that its timer is not freed before it fires. That was so until Go 1.23;
//! since then the collector frees a timer that nobody can reach. tokio's `Sleep` is a future, and is
//! gone when it is dropped.

use std::thread;
use std::time::{Duration, Instant};

use channels::time::{Timer, after, live_timers};
use channels::{Receiver, channel, select};

fn ask() -> Receiver<&'static str> {
    let (tx, rx) = channel(1);
    tx.send("at once").expect("there is room for one");
    rx
}

fn main() {
    let timeout = Duration::from_millis(300);
    let begin = Instant::now();
    for _ in 0..1000 {
        let (answer, expired) = (ask(), after(timeout));
        select! {
            biased;
            recv(answer) -> answer => assert_eq!(answer, Ok("at once")),
            recv(expired) -> _ => unreachable!("the answer is there"),
        }
    }
    let kept = live_timers();
    let elapsed = begin.elapsed();
    println!("after:  {kept} timers wait for nobody, {elapsed:.0?} later");
    // On a machine that took longer for the loop than the timeout, some have rung.
    assert!(kept == 1000 || elapsed >= timeout);
    while live_timers() > 0 {
        let elapsed = begin.elapsed();
        assert!(elapsed < Duration::from_secs(10), "a timer is stuck");
        thread::sleep(timeout / 10);
    }
    println!("        none after {:.0?}", begin.elapsed());
    assert!(begin.elapsed() >= timeout, "they stayed until they rang");

    for _ in 0..1000 {
        let (answer, timer) = (ask(), Timer::new(Duration::from_secs(60)));
        select! {
            biased;
            recv(answer) -> answer => assert_eq!(answer, Ok("at once")),
            recv(timer.channel()) -> _ => unreachable!("the answer is there"),
        }
        assert_eq!(live_timers(), 1);
        assert!(timer.stop(), "it had not rung");
        assert_eq!(live_timers(), 0);
    }
    println!("Timer:  {} after each stop", live_timers());
}
