//! Worker threads that finish in any order, and results that come out in the order of the input.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use flate2::Compression;

use super::block::{Block, End};

/// Threads that compress blocks. Dropping it joins them.
#[derive(Debug)]
pub(super) struct Pool {
    /// `None` while dropping: that it is closed is what ends the workers.
    jobs: Option<Sender<Job>>,
    /// One for each block under way, oldest first. The order of the stream is kept here, so the
    /// workers need to know nothing of it.
    under_way: VecDeque<Receiver<io::Result<Block>>>,
    workers: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Job {
    block: Block,
    end: End,
    /// Has room for the one answer, so a worker never waits for the writer.
    answer: SyncSender<io::Result<Block>>,
}

impl Pool {
    pub(super) fn start(threads: usize, level: Compression) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut pool = Pool {
            jobs: Some(jobs),
            under_way: VecDeque::new(),
            workers: Vec::with_capacity(threads),
        };
        for n in 0..threads {
            let queue = Arc::clone(&queue);
            let worker = thread::Builder::new()
                .name(format!("gzip-{n}"))
                .spawn(move || work(&queue, level));
            match worker {
                Ok(worker) => pool.workers.push(worker),
                // The system has no more threads for us; those it gave will do.
                Err(_) if n > 0 => break,
                Err(e) => return Err(e),
            }
        }
        Ok(pool)
    }

    /// How many blocks to have under way: one in work and one in waiting for each worker. That
    /// bounds the memory, too.
    pub(super) fn depth(&self) -> usize {
        2 * self.workers.len()
    }

    pub(super) fn submit(&mut self, block: Block, end: End) {
        let (answer, result) = sync_channel(1);
        self.under_way.push_back(result);
        let jobs = self.jobs.as_ref().expect("closed by drop only");
        // Fails when all workers have panicked; then `next` finds no answer and says so.
        let _ = jobs.send(Job { block, end, answer });
    }

    /// The oldest block under way, compressed, when more than `limit` are.
    pub(super) fn next(&mut self, limit: usize) -> Option<io::Result<Block>> {
        if self.under_way.len() <= limit {
            return None;
        }
        let result = self.under_way.pop_front()?;
        let lost = |_| Err(io::Error::other("a compressing thread panicked"));
        Some(result.recv().unwrap_or_else(lost))
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.jobs = None;
        for worker in self.workers.drain(..) {
            // A panic was reported on standard error by the panic hook, and by `next` if it mattered.
            let _ = worker.join();
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>, level: Compression) {
    loop {
        // The lock is held while waiting: the other idle workers then wait for the lock, to the
        // same effect.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job {
            mut block,
            end,
            answer,
        }) = job
        else {
            return;
        };
        let result = block.compress(level, end).map(|()| block);
        // Nobody wants it when the writer was dropped meanwhile.
        let _ = answer.send(result);
    }
}
