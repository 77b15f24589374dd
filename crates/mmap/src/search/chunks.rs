//! Chunks of a source, handed out to threads.

use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::source::Source;

/// How much a thread takes at once. With less the calls begin to cost; with more the last chunk
/// leaves one thread working alone.
pub const CHUNK: u64 = 2 << 20;

/// A piece of a source with some bytes of its neighbours.
#[derive(Debug)]
pub struct Chunk<'a> {
    /// The piece with its margins.
    pub bytes: &'a [u8],
    /// Where in `bytes` the piece itself is: each byte of the source is in one chunk's own range.
    pub own: Range<usize>,
}

/// Calls `work` for each chunk, on as many threads as there are cores, and returns what it
/// returned, in the order of the chunks. A chunk comes with up to `before` and `after` bytes of its
/// neighbours.
///
/// ```
/// let ones = mmap::search::for_each_chunk(&[1u8; 5_000_000][..], 0, 0, |chunk| chunk.own.len())?;
/// assert_eq!(ones, [2 << 20, 2 << 20, 5_000_000 - (4 << 20)]);
/// # std::io::Result::Ok(())
/// ```
///
/// # Errors
///
/// The first error of the source; chunks that nobody has begun are then left out.
pub fn for_each_chunk<T: Send>(
    source: &(impl Source + ?Sized),
    before: usize,
    after: usize,
    work: impl Fn(Chunk<'_>) -> T + Sync,
) -> io::Result<Vec<T>> {
    let margins = (before as u64, after as u64);
    let next = AtomicU64::new(0);
    let job = || take_chunks(source, margins, &next, &work);

    let helpers = threads(source.len()) - 1;
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(job)).collect();
        let mut done = job();
        for helper in helpers {
            let theirs = helper
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            done = done.and_then(|mut done| {
                done.extend(theirs?);
                Ok(done)
            });
        }
        done
    })?;
    done.sort_unstable_by_key(|&(index, _)| index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// No more than there are chunks: a small file is not worth a thread.
fn threads(len: u64) -> u64 {
    let cores = thread::available_parallelism().map_or(1, NonZero::get) as u64;
    cores.min(len.div_ceil(CHUNK)).max(1)
}

/// One thread's part: a list of chunk numbers with their results.
fn take_chunks<T>(
    source: &(impl Source + ?Sized),
    (before, after): (u64, u64),
    next: &AtomicU64,
    work: impl Fn(Chunk<'_>) -> T,
) -> io::Result<Vec<(u64, T)>> {
    let len = source.len();
    let mut buffer = Vec::new();
    let mut done = Vec::new();
    loop {
        // Relaxed: the number itself is all that the threads tell each other.
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(start) = index.checked_mul(CHUNK).filter(|&start| start < len) else {
            return Ok(done);
        };
        let end = len.min(start + CHUNK);
        let window = start.saturating_sub(before)..len.min(end + after);
        let margin = (start - window.start) as usize;
        let bytes = source
            .window(window, &mut buffer)
            .inspect_err(|_| next.store(len, Ordering::Relaxed))?;
        let own = margin.min(bytes.len())..bytes.len().min(margin + (end - start) as usize);
        done.push((index, work(Chunk { bytes, own })));
    }
}
