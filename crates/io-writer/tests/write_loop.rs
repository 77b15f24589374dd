//! The write loop against real pipes, and against writers that misbehave on purpose.

#![allow(unsafe_code)] // Installing a signal handler is unsafe; the one here only counts.

mod common;

use std::collections::VecDeque;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, read_all, text};
use io_writer::write_loop::{Cause, write_fully, write_some};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::pthread::{pthread_kill, pthread_self};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// A pipe whose writing end is in non-blocking mode.
fn non_blocking_pipe() -> (PipeReader, PipeWriter) {
    let (reader, writer) = pipe().unwrap();
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    (reader, writer)
}

fn fill(mut writer: &PipeWriter) -> usize {
    let mut total = 0;
    loop {
        match writer.write(&[0; 4096]) {
            Ok(n) => total += n,
            Err(e) if e.kind() == ErrorKind::WouldBlock => return total,
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn a_full_pipe_is_waited_for() {
    let (reader, mut writer) = non_blocking_pipe();
    let input = text(1 << 20);
    let reading = thread::spawn(move || read_all(reader));
    write_fully(&mut writer, &input, Some(DEADLINE)).unwrap();
    drop(writer);
    assert!(reading.join().unwrap().unwrap() == input);
}

#[test]
fn a_reader_that_takes_nothing_is_given_up() {
    let (_reader, mut writer) = non_blocking_pipe();
    let patience = Duration::from_millis(300);
    let start = Instant::now();
    let error = write_fully(&mut writer, &[7; 1 << 20], Some(patience)).unwrap_err();
    assert!(start.elapsed() >= patience);
    assert!(matches!(error.cause, Cause::Stalled(p) if p == patience));
    assert_eq!(
        error.to_string(),
        format!(
            "{} bytes were written, then: accepted nothing for 0.3 s",
            error.written
        )
    );
    assert_eq!(io::Error::from(error).kind(), ErrorKind::TimedOut);
}

#[test]
fn the_error_says_what_the_kernel_took() {
    let (mut reader, mut writer) = non_blocking_pipe();
    let error = write_fully(&mut writer, &[7; 1 << 20], Some(Duration::ZERO)).unwrap_err();
    drop(writer);
    assert_eq!(read_all(&mut reader).unwrap().len(), error.written);
}

#[test]
fn a_reader_that_goes_is_reported() {
    let (mut reader, mut writer) = non_blocking_pipe();
    let reading = thread::spawn(move || reader.read_exact(&mut [0; 100_000]));
    let error = write_fully(&mut writer, &[7; 1 << 20], None).unwrap_err();
    reading.join().unwrap().unwrap();
    assert!((100_000..1 << 20).contains(&error.written), "{error}");
    assert_eq!(io::Error::from(error).kind(), ErrorKind::BrokenPipe);
}

/// Answers from a script, then takes everything. Its descriptor is for poll(2) only.
struct Scripted {
    answers: VecDeque<io::Result<usize>>,
    pause: Duration,
    taken: Vec<u8>,
    fd: PipeWriter,
}

impl Scripted {
    fn new(fd: PipeWriter, answers: impl IntoIterator<Item = io::Result<usize>>) -> Self {
        Scripted {
            answers: answers.into_iter().collect(),
            pause: Duration::ZERO,
            taken: Vec::new(),
            fd,
        }
    }
}

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        thread::sleep(self.pause);
        let n = self.answers.pop_front().unwrap_or(Ok(bytes.len()))?;
        self.taken.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for Scripted {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn full() -> io::Result<usize> {
    Err(ErrorKind::WouldBlock.into())
}

#[test]
fn short_and_interrupted_writes_go_on() {
    let (_reader, fd) = pipe().unwrap();
    let interrupted = || Err(ErrorKind::Interrupted.into());
    let answers = [Ok(1), interrupted(), Ok(2), full(), interrupted(), Ok(3)];
    let mut writer = Scripted::new(fd, answers);
    write_fully(&mut writer, b"0123456789", Some(DEADLINE)).unwrap();
    assert_eq!(writer.taken, b"0123456789");
}

#[test]
fn write_some_is_one_successful_call() {
    let (_reader, fd) = pipe().unwrap();
    let mut writer = Scripted::new(fd, [full(), Ok(3), Ok(4)]);
    assert_eq!(write_some(&mut writer, b"0123456789", None).unwrap(), 3);
    assert_eq!(writer.taken, b"012");
}

#[test]
fn zero_is_the_end() {
    let (_reader, fd) = pipe().unwrap();
    let error = write_fully(&mut Scripted::new(fd, [Ok(2), Ok(0)]), b"0123", None).unwrap_err();
    assert!(matches!((error.written, &error.cause), (2, Cause::Zero)));
    assert_eq!(io::Error::from(error).kind(), ErrorKind::WriteZero);
}

#[test]
fn patience_begins_anew_with_each_byte() {
    let (_reader, fd) = pipe().unwrap();
    let mut writer = Scripted::new(fd, [full(), Ok(1), full(), Ok(1), full(), Ok(1), full()]);
    // From the first `full` to the last takes longer than the patience. Each alone takes none: the
    // descriptor is writable, so poll returns at once.
    writer.pause = Duration::from_millis(150);
    write_fully(&mut writer, b"0123", Some(Duration::from_millis(800))).unwrap();
    assert_eq!(writer.taken, b"0123");
}

#[test]
fn the_last_wait_is_followed_by_a_last_try() {
    let (_reader, fd) = non_blocking_pipe();
    fill(&fd);
    // poll(2) will not see this descriptor writable, as it may not see a slow TCP peer's.
    let mut writer = Scripted::new(fd, [full()]);
    write_fully(&mut writer, b"0123", Some(Duration::from_secs(1))).unwrap();
    assert_eq!(writer.taken, b"0123");
}

/// Counts the `EINTR`s that a blocking pipe really gives.
struct Interrupted(PipeWriter);

static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

impl Write for Interrupted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.0.write(bytes);
        if matches!(&outcome, Err(e) if e.kind() == ErrorKind::Interrupted) {
            INTERRUPTED.fetch_add(1, Ordering::SeqCst);
        }
        outcome
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsFd for Interrupted {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

extern "C" fn ignore(_: i32) {}

/// The test runs itself as a child: signal dispositions belong to the whole process.
#[test]
fn a_signal_in_the_middle_loses_nothing() {
    const CHILD: &str = "IO_WRITER_TEST_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return interrupted_child();
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "a_signal_in_the_middle_loses_nothing"])
        .env(CHILD, "1");
    let child = child.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let output = common::collect(child);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

fn interrupted_child() {
    // Without SA_RESTART, so that write(2) fails with EINTR instead of starting again by itself.
    let action = SigAction::new(
        SigHandler::Handler(ignore),
        SaFlags::empty(),
        SigSet::empty(),
    );
    // SAFETY: the handler does nothing, which is safe at any point of any code.
    unsafe { sigaction(Signal::SIGUSR1, &action) }.unwrap();

    let (reader, writer) = pipe().unwrap();
    let watched = writer.try_clone().unwrap();
    let writing_thread = pthread_self();
    let reading = thread::spawn(move || {
        let deadline = Instant::now() + DEADLINE;
        while INTERRUPTED.load(Ordering::SeqCst) < 3 {
            assert!(Instant::now() < deadline, "no write was interrupted");
            let mut fds = [PollFd::new(watched.as_fd(), PollFlags::POLLOUT)];
            if poll(&mut fds, PollTimeout::ZERO).unwrap() == 0 {
                // The pipe is full, so the writer is in write(2) or about to be.
                pthread_kill(writing_thread, Signal::SIGUSR1).unwrap();
            }
            thread::sleep(Duration::from_millis(1));
        }
        drop(watched);
        read_all(reader).unwrap()
    });
    let input = text(1 << 20);
    let mut writer = Interrupted(writer);
    write_fully(&mut writer, &input, None).unwrap();
    drop(writer);
    assert!(reading.join().unwrap() == input);
}
