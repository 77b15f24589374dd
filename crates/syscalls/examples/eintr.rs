//! A signal can end a waiting read with EINTR; `read_exact` and `write_all` then just go on.
//!
//! While a thread waits inside the kernel, a signal has to be handled in user mode. What becomes of
//! the call is said when the handler is installed: with `SA_RESTART` the kernel starts the call
//! again and the program notices nothing; without it the call fails with `EINTR`. That is not a
//! failure: nothing was read, nothing is lost, try again. C's `signal` sets the flag, and so does
//! Go's runtime, which still has a loop `ignoringEINTRIO` around its reads and writes: handlers of
//! foreign C code may be without.
//!
//! In Rust `read` and `write` show the error ([`ErrorKind::Interrupted`]). The loops over them
//! (`read_exact`, `read_to_end`, `write_all`, `io::copy`) repeat the call.
//!
//! ```syscalls
//! rt_sigaction(SIGUSR1, *) = 0
//! read($pipe, *) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
//! read($pipe, *) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
//! read($pipe, "hello", 5) = 5
//! write($other, *) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
//! ```
#![allow(unsafe_code)] // installing a signal handler is: it runs between any two instructions

use std::io::{self, ErrorKind, Read, Write, pipe};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;

/// How often a read or a write of the main thread has failed with EINTR.
static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

/// One end of a pipe that counts the interruptions it sees.
struct Counting<End>(End);

impl<End: Read> Read for Counting<End> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).inspect_err(count)
    }
}

impl<End: Write> Write for Counting<End> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).inspect_err(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn count(error: &io::Error) {
    if error.kind() == ErrorKind::Interrupted {
        INTERRUPTED.fetch_add(1, Relaxed);
    }
}

/// That it exists is enough: for a signal that is ignored the kernel interrupts nobody.
extern "C" fn do_nothing(_: c_int) {}

/// Sends signals, a millisecond apart, until they have interrupted that many more calls.
fn interrupt(times: usize) {
    let enough = INTERRUPTED.load(Relaxed) + times;
    let deadline = Instant::now() + Duration::from_secs(10);
    while INTERRUPTED.load(Relaxed) < enough {
        assert!(Instant::now() < deadline, "no call was interrupted");
        kill(Pid::this(), Signal::SIGUSR1).expect("this process is there");
        thread::sleep(Duration::from_millis(1));
    }
}

fn main() -> io::Result<()> {
    let handler = SigHandler::Handler(do_nothing);
    let without_restart = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: a handler that does nothing does nothing that a handler may not do.
    unsafe { sigaction(Signal::SIGUSR1, &without_restart) }?;

    let (reader, mut to_main) = pipe()?;
    let (mut from_main, writer) = pipe()?;
    let (mut reader, mut writer) = (Counting(reader), Counting(writer));
    // More than any pipe holds, so that writing it has to wait for the other side.
    let sent = vec![7; 1 << 21];
    let mut received = vec![0; sent.len()];

    thread::scope(|scope| {
        // Threads inherit the mask, so that main remains the only one to take the signal.
        let mask = SigSet::from(Signal::SIGUSR1);
        mask.thread_block()?;
        let other_side = scope.spawn(|| {
            interrupt(1);
            interrupt(3);
            to_main.write_all(b"hello")?;
            interrupt(3);
            from_main.read_exact(&mut received)
        });
        mask.thread_unblock()?;

        let mut buffer = [0; 5];
        let error = reader.read(&mut buffer).unwrap_err();
        println!("read:       {error}");
        assert_eq!(error.kind(), ErrorKind::Interrupted);

        reader.read_exact(&mut buffer)?;
        println!("read_exact: {:?}", str::from_utf8(&buffer));
        assert_eq!(&buffer, b"hello");

        writer.write_all(&sent)?;
        other_side.join().expect("all three were interrupted")
    })?;
    let interrupted = INTERRUPTED.load(Relaxed);
    println!(
        "write_all:  {} bytes; {interrupted} calls were interrupted",
        received.len()
    );
    assert!(received == sent && interrupted >= 7);
    Ok(())
}
