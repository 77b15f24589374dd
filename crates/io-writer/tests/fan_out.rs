//! The engine of the tool: many outputs, one input, and no output in the way of another.

mod common;

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write, pipe};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use common::{receive, text, within_deadline};
use io_writer::fan_out::FanOut;

/// Passes on what it is given, a message for each call; fails when nobody listens.
struct Messages(Sender<Vec<u8>>);

impl Write for Messages {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.send(bytes.to_vec()) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Takes `room` bytes, `at_once` of them in one call, then fails.
struct Limited {
    room: usize,
    at_once: usize,
    error: ErrorKind,
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n = bytes.len().min(self.at_once).min(self.room);
        self.room -= n;
        if n == 0 {
            Err(self.error.into())
        } else {
            Ok(n)
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn all_get_every_byte_in_order() {
    let input = text(5_000_000);
    let mut copies = vec![Vec::new(); 5];
    let mut outputs = FanOut::new();
    for (n, copy) in copies.iter_mut().enumerate() {
        outputs.writer(format!("copy {n}"), copy);
    }
    let mut seen = 0;
    let report = outputs.run(&input[..], |bytes| seen = bytes);
    assert_eq!(report.bytes, input.len() as u64);
    assert_eq!(seen, report.bytes);
    assert!(report.failures.is_empty() && report.read_error.is_none());
    assert!(copies.iter().all(|copy| *copy == input));
}

#[test]
fn a_broken_output_is_named_and_the_others_go_on() {
    let input = text(3_000_000);
    let mut copy = Vec::new();
    let reported = Mutex::new(Vec::new());
    let mut outputs = FanOut::new();
    outputs.on_failure(|failure| reported.lock().unwrap().push(failure.to_string()));
    for (name, room) in [("early", 0), ("late", 1_234_567)] {
        let broken = Limited {
            room,
            at_once: 1000,
            error: ErrorKind::StorageFull,
        };
        outputs.writer(name, broken);
    }
    outputs.writer("copy", &mut copy);
    let report = outputs.run(&input[..], |_| {});
    assert!(copy == input);
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "early: accepted 0 bytes, then: no storage space",
            "late: accepted 1234567 bytes, then: no storage space"
        ]
    );
    let mut reported = reported.into_inner().unwrap();
    reported.sort();
    assert_eq!(reported, failures);
}

#[test]
fn what_is_read_is_passed_on_at_once() {
    let (reader, mut writer) = pipe().unwrap();
    let (sender, messages) = channel();
    let run = thread::spawn(move || {
        let mut outputs = FanOut::new();
        outputs.writer("messages", Messages(sender));
        outputs.run(reader, |_| {})
    });
    for line in ["one\n", "two\n", "three\n"] {
        writer.write_all(line.as_bytes()).unwrap();
        // While the input is open and silent.
        assert_eq!(receive(&messages, "the line just written"), line.as_bytes());
    }
    drop(writer);
    assert_eq!(run.join().unwrap().bytes, 14);
}

#[test]
fn a_failure_is_reported_while_the_run_goes_on() {
    let (reader, mut writer) = pipe().unwrap();
    let (failed, failures) = channel();
    let run = thread::spawn(move || {
        let mut outputs = FanOut::new();
        outputs.on_failure(move |failure| failed.send(failure.name.clone()).unwrap());
        outputs.writer(
            "full",
            Limited {
                room: 2,
                at_once: 1,
                error: ErrorKind::StorageFull,
            },
        );
        outputs.writer("good", io::sink());
        outputs.run(reader, |_| {})
    });
    writer.write_all(b"more than two").unwrap();
    assert_eq!(receive(&failures, "the failure"), "full");
    writer.write_all(b", and more").unwrap();
    drop(writer);
    assert_eq!(run.join().unwrap().bytes, 23);
}

/// Counts what is read from an endless input.
struct Endless<'a>(&'a AtomicU64);

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.fetch_add(buffer.len() as u64, Ordering::SeqCst);
        Ok(buffer.len())
    }
}

/// Looks at each call how far the input is ahead.
struct Watcher<'a> {
    read: &'a AtomicU64,
    written: u64,
    most: &'a AtomicU64,
    calls_left: u32,
}

impl Write for Watcher<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.calls_left == 0 {
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.calls_left -= 1;
        // A slow output: the reading thread gets every chance to run away.
        thread::yield_now();
        let ahead = self.read.load(Ordering::SeqCst) - self.written;
        self.most.fetch_max(ahead, Ordering::SeqCst);
        self.written += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn memory_is_bounded() {
    let (read, most) = (AtomicU64::new(0), AtomicU64::new(0));
    let mut outputs = FanOut::new();
    outputs.writer("fast", io::sink());
    outputs.leading_writer(
        "slow",
        Watcher {
            read: &read,
            written: 0,
            most: &most,
            calls_left: 2000,
        },
    );
    outputs.run(Endless(&read), |_| {});
    let most = most.into_inner();
    assert!(most <= 2 << 20, "the input was {most} bytes ahead");
}

#[test]
fn a_leading_output_that_closes_ends_the_run() {
    let read = AtomicU64::new(0);
    let mut copy = Counter(0);
    let mut outputs = FanOut::new();
    outputs.leading_writer(
        "leader",
        Limited {
            room: 1 << 20,
            at_once: usize::MAX,
            error: ErrorKind::BrokenPipe,
        },
    );
    outputs.writer("copy", &mut copy);
    let report = outputs.run(Endless(&read), |_| {});
    assert_eq!(report.failures.len(), 1);
    assert_eq!(report.failures[0].accepted, 1 << 20);
    // What was read for the leader reached the others, and not a byte more was read.
    assert_eq!(copy.0, report.bytes);
    assert_eq!(read.into_inner(), report.bytes);
}

struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_leading_output_that_fails_otherwise_does_not() {
    let input = text(3_000_000);
    let mut copy = Vec::new();
    let mut outputs = FanOut::new();
    outputs.leading_writer(
        "leader",
        Limited {
            room: 10,
            at_once: 10,
            error: ErrorKind::StorageFull,
        },
    );
    outputs.writer("copy", &mut copy);
    let report = outputs.run(&input[..], |_| {});
    assert_eq!((report.failures.len(), report.bytes), (1, 3_000_000));
    assert!(copy == input);
}

#[test]
fn without_anybody_left_nothing_is_read() {
    assert_eq!(FanOut::new().run(io::repeat(0), |_| {}).bytes, 0);
    let report = within_deadline("a run without end", || {
        let mut outputs = FanOut::new();
        outputs.writer(
            "full",
            Limited {
                room: 10,
                at_once: 10,
                error: ErrorKind::StorageFull,
            },
        );
        outputs.run(io::repeat(0), |_| {})
    });
    assert_eq!(report.failures.len(), 1);
}

/// Gives what it was made with, then an error.
struct Breaks(VecDeque<io::Result<&'static [u8]>>);

impl Read for Breaks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.0.pop_front().unwrap_or(Ok(b""))?;
        buffer[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

#[test]
fn a_read_error_ends_the_run_in_good_order() {
    let interrupted = || Err(ErrorKind::Interrupted.into());
    let answers = [
        Ok(&b"some"[..]),
        interrupted(),
        Ok(b" bytes"),
        Err(ErrorKind::ConnectionReset.into()),
    ];
    let mut copy = Vec::new();
    let mut outputs = FanOut::new();
    outputs.writer("copy", &mut copy);
    let report = outputs.run(Breaks(answers.into()), |_| {});
    assert_eq!(
        report.read_error.unwrap().kind(),
        ErrorKind::ConnectionReset
    );
    assert!(report.failures.is_empty());
    assert_eq!(copy, b"some bytes");
}

/// Is happy until the end.
struct FailsAtTheEnd;

impl Write for FailsAtTheEnd {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(ErrorKind::StorageFull.into())
    }
}

#[test]
fn an_error_at_the_end_counts() {
    let mut outputs = FanOut::new();
    outputs.writer("late", FailsAtTheEnd);
    let report = outputs.run(&b"12345"[..], |_| {});
    assert_eq!(report.failures[0].accepted, 5);
}

/// Waits in its first call until it is let go.
struct Stuck(Receiver<()>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_stuck_output_does_not_keep_bytes_from_the_others() {
    let (reader, mut writer) = pipe().unwrap();
    let (let_go, held) = channel::<()>();
    let (sender, messages) = channel();
    let run = thread::spawn(move || {
        let mut outputs = FanOut::new();
        outputs.writer("stuck", Stuck(held));
        outputs.writer("messages", Messages(sender));
        outputs.run(reader, |_| {})
    });
    for line in ["one", "two", "three"] {
        writer.write_all(line.as_bytes()).unwrap();
        assert_eq!(
            receive(&messages, "a line past the stuck output"),
            line.as_bytes()
        );
    }
    drop((let_go, writer));
    assert!(run.join().unwrap().failures.is_empty());
}
