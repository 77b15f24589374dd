//! A ticker keeps its beat, and a consumer that was too slow gets a burst, a delay or a gap.
//!
//! Sleeping one period in a loop drifts: the work and the lateness of each sleep add up. A ticker
//! counts from its start. What is left to decide is what becomes of ticks that were due while the
//! consumer was busy. *Burst* delivers them all at once, for work that must be done once a period on
//! the average; *delay* starts anew from the late tick, for work that wants a pause; *skip* leaves
//! them out and stays on the beat.
//!
//! Go's `time.Ticker` always skips. tokio's `interval` has the same three as `MissedTickBehavior`, and
//! begins with a tick at once.

use std::thread;
use std::time::{Duration, Instant};

use channels::time::{Missed, Ticker};

const PERIOD: Duration = Duration::from_millis(40);

/// When ticks were due, in periods from the start, for a consumer that is busy for 3.5 periods after
/// the first.
fn with_a_pause(missed: Missed) -> [f64; 5] {
    let begin = Instant::now();
    let ticker = Ticker::new(PERIOD, missed);
    let tick = || ticker.channel().recv().expect("a ticker goes on") - begin;
    let first = tick();
    thread::sleep(PERIOD * 7 / 2);
    [first, tick(), tick(), tick(), tick()].map(|due| due.div_duration_f64(PERIOD))
}

fn main() {
    let begin = Instant::now();
    let ticker = Ticker::new(Duration::from_millis(100), Missed::Skip);
    for tick in ticker.channel().iter().take(5) {
        print!("{:.1?}  ", tick - begin);
    }
    println!();
    let elapsed = begin.elapsed();
    assert!(elapsed >= Duration::from_millis(500) && elapsed < Duration::from_secs(5));
    drop(ticker);

    println!("period:      first    ... busy ...");
    for missed in [Missed::Burst, Missed::Delay, Missed::Skip] {
        let due = with_a_pause(missed);
        println!("{:<9} {due:9.2?}", format!("{missed:?}:"));
        let gaps: Vec<_> = due.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let is_whole = |gap: &f64| (gap - gap.round()).abs() < 0.01;
        match missed {
            Missed::Burst => assert!(gaps.iter().all(|gap| (gap - 1.0).abs() < 0.01)),
            // The second is received at 4.5 or later, and the third due a whole period after.
            Missed::Delay => assert!(due[2] >= 5.5 && gaps[2..].iter().all(|gap| *gap > 0.99)),
            Missed::Skip => assert!(gaps[1] >= 2.0 - 0.01 && gaps.iter().all(is_whole)),
        }
    }
}
