//! `limit` workers take jobs from one channel: who is done takes the next. A channel as a semaphore
//! would do as well, with a thread for each job; here there are no more threads than may run.

use std::thread;

use channels::channel;

/// A piece of work.
pub type Job = Box<dyn FnOnce() + Send>;

/// Runs all jobs, `limit` at a time.
pub fn run_all(limit: usize, jobs: Vec<Job>) {
    thread::scope(|scope| {
        let (tx, rx) = channel::<Job>(0);
        for _ in 0..limit {
            let rx = rx.clone();
            scope.spawn(move || {
                for job in rx {
                    job();
                }
            });
        }
        for job in jobs {
            tx.send(job).expect("the workers wait for jobs");
        }
    });
}
