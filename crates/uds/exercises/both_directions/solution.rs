//! The end of what comes in is passed on as the end of what goes out, and as nothing else.
//!
//! When writing fails the reader is gone: then nobody needs to send any more in this direction,
//! which shutting the other half says.

use std::io;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::thread;

/// Passes on bytes between `left` and `right` until neither has any more.
pub fn bridge(left: &UnixStream, right: &UnixStream) -> io::Result<()> {
    thread::scope(|scope| {
        let there = scope.spawn(|| pass_on(left, right));
        let back = pass_on(right, left);
        there.join().expect("no panic").and(back)
    })
}

/// Passes on bytes in one direction, to the end.
fn pass_on(mut from: &UnixStream, mut to: &UnixStream) -> io::Result<()> {
    let copied = io::copy(&mut from, &mut to);
    // Either may be closed already, which is what is wanted.
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
    copied.map(|_| ())
}
