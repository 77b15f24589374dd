//! A read that a signal ended is made again, and other errors are not swallowed.
//!
//! ```syscalls
//! rt_sigaction(SIGUSR1, *) = 0
//! read($pipe, *) = ? ERESTARTSYS (*)
//! read($pipe, "hel", *) = 3
//! read($pipe, "lo", *) = 2
//! ```
#![allow(unsafe_code)] // installs a signal handler

use std::io::{self, ErrorKind, PipeReader, Read, Write, pipe};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;

use super::exercise::fill;

/// How many reads have failed with EINTR.
static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);
/// How many reads have brought something.
static PIECES: AtomicUsize = AtomicUsize::new(0);

/// A pipe's end that counts what its reads come to.
struct Counting(PipeReader);

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.0.read(buffer);
        match &result {
            Ok(_) => PIECES.fetch_add(1, Relaxed),
            Err(_) => INTERRUPTED.fetch_add(1, Relaxed),
        };
        result
    }
}

/// That it exists is enough: for a signal that is ignored the kernel interrupts nobody.
extern "C" fn do_nothing(_: c_int) {}

pub fn main() {
    let handler = SigHandler::Handler(do_nothing);
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: a handler that does nothing does nothing that a handler may not do.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.expect("a handler");

    let (reader, mut writer) = pipe().expect("a pipe");
    let mut reader = Counting(reader);
    let (ready, masked) = std::sync::mpsc::channel();
    let other_side = thread::spawn(move || {
        // So that only the reading thread takes the signal.
        SigSet::from(Signal::SIGUSR1)
            .thread_block()
            .expect("a mask");
        ready.send(()).expect("somebody waits");
        wait_until("a read was interrupted three times", || {
            kill(Pid::this(), Signal::SIGUSR1).expect("this process is there");
            INTERRUPTED.load(Relaxed) >= 3
        });
        writer.write_all(b"hel").expect("a reader");
        wait_until("the first piece was read", || PIECES.load(Relaxed) >= 1);
        writer.write_all(b"lo").expect("a reader");
    });
    masked.recv().expect("the thread runs");

    let mut buffer = [0; 10];
    let filled = fill(&mut reader, &mut buffer);
    let filled = filled.expect("a signal is no reason to give up: read again");
    other_side.join().expect("no panic");
    assert_eq!(&buffer[..filled], b"hello", "both pieces, in their order");
    println!(
        "✓ {} interrupted reads were made again",
        INTERRUPTED.load(Relaxed)
    );
    println!("✓ the end of the input ends the reading");

    let mut buffer = [0; 4];
    let filled = fill(&mut &b"123456"[..], &mut buffer).expect("there is enough");
    assert_eq!(
        (filled, &buffer),
        (4, b"1234"),
        "a full buffer ends the reading"
    );
    println!("✓ a full buffer ends the reading");

    let refused = fill(&mut Broken, &mut buffer).map_err(|error| error.kind());
    assert_eq!(
        refused,
        Err(ErrorKind::ConnectionReset),
        "other errors are the caller's"
    );
    println!("✓ other errors come back");
}

/// Fails for good.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(ErrorKind::ConnectionReset.into())
    }
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
