//! News reaches a program in three ways: it waits in a read, it looks again, or it gets a signal.
//!
//! A thread that blocks costs nothing and can do nothing else. A descriptor that does not block
//! says `EAGAIN` when there is nothing, and looking again and again burns the processor. With
//! `O_ASYNC` the kernel sends `SIGIO` when there is something to read. Each has its counterpart in
//! a channel: `recv`, `try_recv` with its `Empty`, and the waker that a future leaves behind. Go
//! hides all of it: a read that would block parks the goroutine, and epoll wakes it; tokio does the
//! same.
//!
//! ```syscalls
//! read($blocking, "!", 1) = 1
//! fcntl($polled, F_SETFL, *O_NONBLOCK*) = 0
//! read($polled, *, 1) = -1 EAGAIN *
//! read($polled, "!", 1) = 1
//! rt_sigaction(SIGIO, *) = 0
//! fcntl($signalled, F_SETOWN, *) = 0
//! fcntl($signalled, F_SETFL, *ASYNC*) = 0
//! read($signalled, "!", 1) = 1
//! ```
#![allow(unsafe_code)] // a signal's handler runs between any two instructions, and libc's fcntl

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use nix::libc::{self, c_int};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::getpid;

static SIGNALLED: AtomicBool = AtomicBool::new(false);

extern "C" fn on_sigio(_: c_int) {
    SIGNALLED.store(true, Relaxed);
}

/// Two ends. Sockets, since macOS tells of a pipe's news only the leader of the process group.
fn pair() -> io::Result<(File, File)> {
    let (end, peer) = UnixStream::pair()?;
    Ok((OwnedFd::from(end).into(), OwnedFd::from(peer).into()))
}

/// Sends the byte from another thread, a little later.
fn send_later(mut peer: File) {
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(10));
        peer.write_all(b"!").expect("the other end is open");
    });
}

fn by_waiting() -> io::Result<u8> {
    let (mut end, peer) = pair()?;
    send_later(peer);
    read_one(&mut end)
}

/// The byte, and how often it was not there.
fn by_looking_again() -> io::Result<(u8, u64)> {
    let (mut end, peer) = pair()?;
    set(&end, libc::F_SETFL, libc::O_NONBLOCK)?;
    let first = read_one(&mut end).expect_err("nothing is sent yet");
    assert_eq!(first.kind(), ErrorKind::WouldBlock);
    send_later(peer);
    let mut refused = 1;
    loop {
        match read_one(&mut end) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => refused += 1,
            byte => return Ok((byte?, refused)),
        }
        thread::yield_now();
    }
}

/// The byte, and how much was done until the signal came.
fn by_signal() -> io::Result<(u8, u64)> {
    let (mut end, peer) = pair()?;
    let handler = SigHandler::Handler(on_sigio);
    let action = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler only stores to an atomic.
    unsafe { sigaction(Signal::SIGIO, &action) }?;
    set(&end, libc::F_SETOWN, getpid().as_raw())?;
    set(&end, libc::F_SETFL, libc::O_ASYNC)?;
    send_later(peer);
    let mut work = 0;
    while !SIGNALLED.load(Relaxed) {
        work += 1;
    }
    Ok((read_one(&mut end)?, work))
}

fn main() -> io::Result<()> {
    let waited = by_waiting()?;
    println!("waited:       {:?}", char::from(waited));
    let (polled, refused) = by_looking_again()?;
    println!(
        "looked again: {:?} after {refused} times EAGAIN",
        char::from(polled)
    );
    let (signalled, work) = by_signal()?;
    println!(
        "got a signal: {:?} after {work} turns of other work",
        char::from(signalled)
    );
    assert_eq!([waited, polled, signalled], [b'!'; 3]);
    Ok(())
}

fn read_one(end: &mut File) -> io::Result<u8> {
    let mut byte = [0];
    match end.read(&mut byte)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(byte[0]),
    }
}

fn set(end: &File, what: c_int, value: c_int) -> io::Result<()> {
    // SAFETY: the descriptor is open, and the commands take a number.
    match unsafe { libc::fcntl(end.as_raw_fd(), what, value) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
