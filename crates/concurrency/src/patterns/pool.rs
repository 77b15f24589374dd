//! A fixed number of workers for any number of jobs.

use channels::{Sender, channel};

use super::future::{Future, promise};
use crate::runtime::{JoinHandle, spawn_named};

type Job = Box<dyn FnOnce(usize) + Send>;

/// Workers that take jobs from one queue.
///
/// A task costs so little that a pool is not there to save tasks, as a pool of threads is. It is
/// there to bound how many jobs are *in work* at the same time: files open, connections to one
/// server, memory.
///
/// ```
/// use concurrency::patterns::pool::WorkerPool;
/// use concurrency::runtime::Runtime;
///
/// Runtime::new().block_on(async {
///     let pool = WorkerPool::new(3, 8);
///     let mut squares = Vec::new();
///     for n in 0..100u64 {
///         squares.push(pool.submit(move |_worker| n * n).await);
///     }
///     let mut sum = 0;
///     for square in squares {
///         sum += square.get_async().await.unwrap();
///     }
///     assert_eq!(sum, 328_350);
///     assert_eq!(pool.close().await.iter().sum::<u64>(), 100);
/// });
/// ```
#[derive(Debug)]
pub struct WorkerPool {
    jobs: Sender<Job>,
    workers: Vec<JoinHandle<u64>>,
}

impl WorkerPool {
    /// So many workers (at least one), and a queue with room for so many jobs.
    pub fn new(workers: usize, room: usize) -> Self {
        let (tx, rx) = channel::<Job>(room);
        let start = |id| {
            let jobs = rx.clone();
            spawn_named(format!("worker {id}"), async move {
                let mut done = 0;
                while let Ok(job) = jobs.recv_async().await {
                    job(id);
                    done += 1;
                }
                done
            })
        };
        WorkerPool {
            jobs: tx,
            workers: (0..workers.max(1)).map(start).collect(),
        }
    }

    /// Puts a job in the queue, and waits while it is full. The job is told which worker does it,
    /// counted from 0. One that panics breaks its promise, and ends its worker.
    pub async fn submit<T: Send + Sync + 'static>(
        &self,
        job: impl FnOnce(usize) -> T + Send + 'static,
    ) -> Future<T> {
        let (promise, future) = promise();
        let job: Job = Box::new(move |worker| promise.keep(job(worker)));
        // Without a worker (all have panicked) the job is dropped, and the promise is broken.
        drop(self.jobs.send_async(job).await);
        future
    }

    /// Does what is in the queue, ends the workers, and says how many jobs each of them did; a
    /// worker whose job panicked counts 0.
    pub async fn close(self) -> Vec<u64> {
        drop(self.jobs);
        let mut done = Vec::new();
        for worker in self.workers {
            done.push(worker.await.unwrap_or(0));
        }
        done
    }
}
