//! Takes all that a pipe has, as one must who is told of news only once.
//!
//! The pipe is non-blocking, and a poller watches it by edge: it reports when something new comes,
//! and not that something is left. `take` is called after such a report. It appends all that the
//! pipe has to `taken`, does not wait for more, and returns whether more can come: `false` when the
//! other end is closed. The version below reads once; what is left in the pipe is never reported
//! again.
//!
//! Checked with a real poller: several reports, each with more than one buffer of bytes; the end.
//!
//! Lesson: mmap/io-multiplex-epoll

use std::io::{self, PipeReader, Read};

/// Appends what `pipe` has to `taken`; whether more can come.
pub fn take(pipe: &mut PipeReader, taken: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; 1024];
    let length = pipe.read(&mut buffer)?;
    taken.extend_from_slice(&buffer[..length]);
    Ok(length > 0)
}
