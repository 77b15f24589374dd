//! write(2) may take a part, or nothing (EINTR, EAGAIN); getting all bytes out takes a loop.
//!
//! A pipe holds a limited number of bytes: on Linux 16 pages, 65 536 bytes where a page has 4096. A
//! full one stops a non-blocking write short, and refuses the next with EAGAIN. A blocking write
//! waits instead, and then a signal can end it: short if some bytes were taken, else with EINTR.
//!
//! `write_all` goes on after a short write and after EINTR, but gives up at EAGAIN, and does not say
//! how much was written. `write_fully` also waits, with poll(2), until there is room. Go makes its
//! sockets and pipes non-blocking, and every `Write` on them is such a loop.
//!
//! ```syscalls
//! pipe2([$reader, $pipe], O_CLOEXEC) = 0
//! fcntl($pipe, F_SETFL, *O_NONBLOCK) = 0
//! write($pipe, *, 1048576) = $room
//! write($pipe, *, 1048576) = -1 EAGAIN (*)
//! fcntl($pipe, F_GETPIPE_SZ) = $room
//! pipe2([$other, $blocking], O_CLOEXEC) = 0
//! write($blocking, *, 1048576) = $room
//! write($blocking, *, 1048576) = ? ERESTARTSYS (*)
//! ```

// Installing a signal handler is unsafe: it runs between any two instructions.
#![allow(unsafe_code)]

use std::error::Error;
use std::io::{self, ErrorKind, PipeReader, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use io_writer::write_loop::write_fully;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::Pid;

const PATIENCE: Duration = Duration::from_secs(10);

fn non_blocking(data: &[u8]) -> Result<(), Box<dyn Error>> {
    let (mut reader, mut writer) = io::pipe()?;
    // A new pipe has no other status flags that this could clear.
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;

    let accepted = writer.write(data)?;
    let full = writer.write(data).unwrap_err();
    println!(
        "non-blocking: write took {accepted} of {} bytes, the next: {full}",
        data.len()
    );
    assert!(0 < accepted && accepted < data.len());
    #[cfg(target_os = "linux")]
    assert_eq!(accepted, fcntl(&writer, FcntlArg::F_GETPIPE_SZ)? as usize);
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    assert_eq!(
        writer.write_all(data).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );

    let drain = thread::spawn(move || {
        let mut received = Vec::new();
        reader.read_to_end(&mut received).map(|_| received)
    });
    write_fully(&mut writer, &data[accepted..], Some(PATIENCE))?;
    drop(writer);
    assert!(drain.join().unwrap()? == data);
    Ok(())
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count_signal(_: c_int) {
    SIGNALS.fetch_add(1, Relaxed);
}

/// Interrupts the main thread until `draining`, and from then on after every read.
fn interrupt_and_drain(mut reader: PipeReader, draining: &AtomicBool) -> io::Result<Vec<u8>> {
    let deadline = Instant::now() + PATIENCE;
    while !draining.load(Relaxed) && Instant::now() < deadline {
        kill(Pid::this(), Signal::SIGUSR1)?;
        thread::sleep(Duration::from_millis(1));
    }
    let (mut received, mut chunk) = (Vec::new(), [0; 8192]);
    loop {
        match reader.read(&mut chunk)? {
            0 => return Ok(received),
            n => received.extend_from_slice(&chunk[..n]),
        }
        kill(Pid::this(), Signal::SIGUSR1)?;
    }
}

fn interrupted(data: &[u8]) -> Result<(), Box<dyn Error>> {
    let handler = SigHandler::Handler(count_signal);
    let without_restart = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler only adds to an atomic, which is async-signal-safe.
    unsafe { sigaction(Signal::SIGUSR1, &without_restart) }?;

    let (reader, mut writer) = io::pipe()?;
    let draining = AtomicBool::new(false);
    thread::scope(|scope| {
        // Threads inherit the mask, so that main remains the only one to take the signal.
        let mask = SigSet::from(Signal::SIGUSR1);
        mask.thread_block()?;
        let other = scope.spawn(|| interrupt_and_drain(reader, &draining));
        mask.thread_unblock()?;

        let accepted = writer.write(data)?;
        let second = writer.write(data).map_err(|error| error.kind());
        draining.store(true, Relaxed);
        assert!(0 < accepted && accepted < data.len());
        assert_eq!(second, Err(ErrorKind::Interrupted));

        writer.write_all(&data[accepted..])?;
        drop(writer);
        assert!(other.join().unwrap()? == data);
        let signals = SIGNALS.load(Relaxed);
        println!(
            "blocking: write took {accepted}, the next: interrupted; then write_all took the rest"
        );
        println!("          ({signals} signals in all)");
        Ok(())
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    // No two places are alike, so bytes lost, doubled or out of order would show.
    let data: Vec<u8> = (0..1 << 18).flat_map(u32::to_be_bytes).collect();
    non_blocking(&data)?;
    interrupted(&data)
}
