//! An in-process pipe is a meeting: a write returns when its bytes have been read, not before.
//!
//! The kernel's pipe(2) has a buffer: a write leaves its bytes there and returns, and blocks only
//! when it is full (on Linux at 64 KiB, 16 pages of 4 KiB). Between two threads no buffer is
//! needed: writer and reader wait for each other, as on an unbuffered channel, and "written" means
//! "received". The price is that a thread which writes and only then reads waits for itself. Go's
//! `io.Pipe` is such a pipe.
//!
//! The kernel does not notice this deadlock: the thread sleeps like any that waits for good reason.
//! Only a watchdog can tell, and all it can say is "not back in time".
//!
//! ```syscalls
//! pipe2([$reader, $writer], O_CLOEXEC) = 0
//! fcntl($writer, F_SETFL, *O_NONBLOCK) = 0
//! write($writer, *, 512) = 512
//! write($writer, *, 512) = -1 EAGAIN (*)
//! fcntl($reader, F_GETPIPE_SZ)
//! pipe2 x1
//! ```

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use io_reader::pipe::pipe;
use nix::fcntl::{FcntlArg, OFlag, fcntl};

fn main() -> io::Result<()> {
    the_kernel_buffers()?;
    a_write_waits_for_the_read()?;
    alone_it_waits_for_ever()
}

fn the_kernel_buffers() -> io::Result<()> {
    let (reader, mut writer) = io::pipe()?;
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    let mut held = 0;
    let full = loop {
        match writer.write(&[0; 512]) {
            Ok(n) => held += n,
            Err(error) => break error,
        }
    };
    println!("pipe(2) took {held} bytes with nobody reading");
    assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
    assert!(held >= 512, "POSIX promises as much");
    #[cfg(target_os = "linux")]
    assert_eq!(fcntl(&reader, FcntlArg::F_GETPIPE_SZ), Ok(held as i32));
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        assert_eq!(held, 65_536, "does this user have over 1000 pipes? pipe(7)");
    }
    drop(reader);
    Ok(())
}

fn a_write_waits_for_the_read() -> io::Result<()> {
    const ROUNDS: usize = 1000;
    let (mut reader, mut writer) = pipe();
    let reads_begun = AtomicUsize::new(0);
    thread::scope(|scope| {
        let reads_begun = &reads_begun;
        let writes = scope.spawn(move || {
            (1..=ROUNDS).try_for_each(|round| {
                writer.write_all(b"ab")?;
                assert!(
                    reads_begun.load(SeqCst) >= 2 * round,
                    "back before both were read"
                );
                io::Result::Ok(())
            })
        });
        for _ in 0..2 * ROUNDS {
            reads_begun.fetch_add(1, SeqCst);
            reader.read_exact(&mut [0])?;
        }
        println!("{ROUNDS} writes, each back after its second byte was read");
        writes.join().expect("the writer panicked")
    })
}

fn alone_it_waits_for_ever() -> io::Result<()> {
    let (reader, mut writer) = pipe();
    // Shared only so that the watchdog can take it away; the thread would come to it after its write.
    let reader = Arc::new(Mutex::new(Some(reader)));
    let own_reader = Arc::clone(&reader);
    let (life, watchdog) = mpsc::channel();
    let alone = thread::spawn(move || -> io::Result<usize> {
        let folder = fs::read_link("/proc/thread-self").unwrap_or_default();
        life.send(Path::new("/proc").join(folder))
            .map_err(io::Error::other)?;
        writer.write_all(b"to myself")?;
        let mut reader = own_reader.lock().unwrap();
        reader
            .as_mut()
            .map_or(Ok(0), |reader| reader.read(&mut [0; 9]))
    });

    let folder = watchdog.recv().map_err(io::Error::other)?;
    let patience = Duration::from_millis(200);
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        // The thread owns `life`: had it ended, this would be `Disconnected`.
        assert_eq!(
            watchdog.recv_timeout(patience),
            Err(RecvTimeoutError::Timeout)
        );
        if cfg!(not(target_os = "linux")) || is_asleep(&folder)? {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "waiting for the writer to go to sleep"
        );
    }
    println!("alone: asleep in its write, not back after {patience:?}");

    drop(reader.lock().unwrap().take());
    let error = alone.join().expect("the writer panicked").unwrap_err();
    println!("with the reader dropped: {error}");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    Ok(())
}

/// Whether the thread's state is S, waiting for an event: the field behind its name, proc(5).
fn is_asleep(folder: &Path) -> io::Result<bool> {
    let stat = fs::read_to_string(folder.join("stat"))?;
    let state = stat.rsplit(") ").next();
    Ok(state.is_some_and(|state| state.starts_with('S')))
}
