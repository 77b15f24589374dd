//! Passes bytes on in both directions, and ends each one by itself.
//!
//! `bridge` connects two connections: what comes from the left goes to the right, and the other way
//! round. It returns when both directions have ended. The version below closes everything as soon
//! as one side has nothing more to say. But who has finished asking is still waiting for the
//! answer.
//!
//! Checked: an answer that comes after the question's end, a megabyte of it; a server that speaks
//! first; and that the bridge returns.
//!
//! Lesson: uds/uds-reverse-proxy

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
    for end in [from, to] {
        let _ = end.shutdown(Shutdown::Both);
    }
    copied.map(|_| ())
}
