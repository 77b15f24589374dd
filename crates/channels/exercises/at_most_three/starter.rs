//! Runs jobs side by side, but never more than a given number at a time.
//!
//! `run_all` runs every job on a thread and returns when all have ended. At no time may more than
//! `limit` of them run; but as long as there are jobs left, `limit` of them have to.
//!
//! Checked: how many run at a time, and that every job was run once.
//!
//! Lesson: channels/semaphore

use std::thread;

/// A piece of work.
pub type Job = Box<dyn FnOnce() + Send>;

/// Runs all jobs, `limit` at a time.
pub fn run_all(limit: usize, jobs: Vec<Job>) {
    let _ = limit;
    thread::scope(|scope| {
        for job in jobs {
            scope.spawn(job);
        }
    });
}
