//! A job with a part that can be divided and one that cannot, done and timed.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

/// What the job's time goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Waiting, as for a disk or a server: workers do not disturb each other, and there are never
    /// too few processors.
    Wait,
    /// Computing: workers need processors.
    Compute,
}

/// A job.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// What it does.
    pub work: Work,
    /// How long one worker takes, about.
    pub length: Duration,
    /// The share that can be divided, from 0 to 1.
    pub parallel: f64,
}

/// How fast so many workers were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// How many threads shared the divisible part.
    pub workers: usize,
    /// How many times as fast as one.
    pub speed_up: f64,
}

impl Job {
    /// Does the job with each number of workers. Of [`Work::Compute`] each is done `rounds` times
    /// and the best counts, for what else the machine does makes it slower and never faster.
    ///
    /// Waiting, one worker's time is known; computing, it is measured first.
    pub fn measure(&self, workers: &[usize], rounds: usize) -> Vec<Measured> {
        let speed = match self.work {
            Work::Wait => None,
            Work::Compute => Some(Speed::find(self.length)),
        };
        let best = |workers| {
            let times = (0..rounds.max(1)).map(|_| self.time(workers, speed.as_ref()));
            times.min().expect("it is done at least once")
        };
        let times: Vec<(usize, Duration)> = workers.iter().map(|&n| (n, best(n))).collect();
        let one = times.iter().find(|(workers, _)| *workers == 1);
        let alone = match speed {
            None => self.length,
            Some(_) => one.map_or_else(|| best(1), |&(_, time)| time),
        };
        let measured = times.iter().map(|&(workers, time)| Measured {
            workers,
            speed_up: alone.as_secs_f64() / time.as_secs_f64(),
        });
        measured.collect()
    }

    fn time(&self, workers: usize, speed: Option<&Speed>) -> Duration {
        let divisible = self.length.mul_f64(self.parallel);
        let share = divisible / u32::try_from(workers).unwrap_or(u32::MAX).max(1);
        let spend = |time| match speed {
            None => thread::sleep(time),
            Some(speed) => speed.spend(time),
        };
        let start = Instant::now();
        spend(self.length - divisible);
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(|| spend(share));
            }
        });
        start.elapsed()
    }
}

/// How much this machine computes in a second: the same time asked for is the same work done, also
/// when another program has the processor.
struct Speed {
    turns_per_second: f64,
}

impl Speed {
    fn find(length: Duration) -> Self {
        const TURNS: u64 = 2_000_000;
        let mut best = length;
        for _ in 0..3 {
            let start = Instant::now();
            compute(TURNS);
            best = best.min(start.elapsed());
        }
        Speed {
            turns_per_second: TURNS as f64 / best.as_secs_f64().max(1e-6),
        }
    }

    fn spend(&self, time: Duration) {
        compute((self.turns_per_second * time.as_secs_f64()) as u64);
    }
}

fn compute(turns: u64) {
    let mut number = 1u64;
    for _ in 0..turns {
        number = black_box(
            number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1),
        );
    }
}
