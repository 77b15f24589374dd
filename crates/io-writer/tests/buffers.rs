//! The buffers against a writer that takes what it likes and fails when it likes: nothing is lost,
//! nothing comes twice. And against std's, whose calls they repeat one by one.

mod common;

use std::collections::VecDeque;
use std::io::{self, BufWriter, ErrorKind, LineWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use io_writer::buffered::Buffered;
use io_writer::line::LineBuffered;
use proptest::collection::vec;
use proptest::prelude::*;

/// What the inner writer does next.
#[derive(Debug, Clone)]
enum Answer {
    Take(usize),
    Fail(ErrorKind),
}

#[derive(Debug, Clone)]
enum Step {
    Write(Vec<u8>),
    Flush,
}

/// Follows a script, then takes everything. Remembers what it took, and each call.
#[derive(Debug, Default)]
struct Moody {
    script: VecDeque<Answer>,
    taken: Vec<u8>,
    calls: Vec<Vec<u8>>,
    failed: bool,
}

impl Write for Moody {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.push(bytes.to_vec());
        let n = match self.script.pop_front() {
            None => bytes.len(),
            Some(Answer::Take(n)) => n.min(bytes.len()),
            Some(Answer::Fail(kind)) => {
                self.failed |= kind != ErrorKind::Interrupted;
                return Err(kind.into());
            }
        };
        self.taken.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn answers() -> impl Strategy<Value = Vec<Answer>> {
    let kinds = [
        ErrorKind::Interrupted,
        ErrorKind::WouldBlock,
        ErrorKind::StorageFull,
    ];
    let answer = prop_oneof![
        4 => (1..40usize).prop_map(Answer::Take),
        1 => proptest::sample::select(kinds.to_vec()).prop_map(Answer::Fail),
    ];
    vec(answer, 0..60)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let byte = prop_oneof![6 => any::<u8>(), 1 => Just(b'\n')];
    let step = prop_oneof![
        5 => vec(byte, 0..30).prop_map(Step::Write),
        1 => Just(Step::Flush),
    ];
    vec(step, 0..60)
}

/// Does the steps and checks after each that what the caller was told was taken is in the inner
/// writer or in the buffer, in order. Returns what was taken.
fn drive<B: Write>(
    out: &mut B,
    steps: &[Step],
    state: impl Fn(&B) -> (&Moody, &[u8]),
) -> Result<Vec<u8>, TestCaseError> {
    let mut accepted = Vec::new();
    for step in steps {
        match step {
            Step::Write(bytes) => {
                if let Ok(n) = out.write(bytes) {
                    prop_assert!(n <= bytes.len());
                    prop_assert!(n > 0 || bytes.is_empty());
                    accepted.extend_from_slice(&bytes[..n]);
                }
            }
            Step::Flush => {
                if out.flush().is_ok() {
                    prop_assert!(state(out).1.is_empty());
                }
            }
        }
        let (inner, buffered) = state(out);
        prop_assert_eq!(&[&inner.taken, buffered].concat(), &accepted);
    }
    Ok(accepted)
}

proptest! {
    #![proptest_config(common::cases(256))]

    #[test]
    fn buffered_loses_nothing(capacity in 0..50usize, script in answers(), steps in steps()) {
        let moody = Moody { script: script.into(), ..Moody::default() };
        let mut out = Buffered::with_capacity(capacity, moody);
        let accepted = drive(&mut out, &steps, |out| (out.get_ref(), out.buffer()))?;
        prop_assert!(out.buffer().len() <= out.capacity());
        // Until it works: each failure hands back everything that is still to be written.
        let inner = loop {
            match out.into_inner() {
                Ok(inner) => break inner,
                Err(error) => out = error.into_inner(),
            }
        };
        prop_assert_eq!(inner.taken, accepted);
    }

    #[test]
    fn parts_are_what_was_and_was_not_written(script in answers(), steps in steps()) {
        let moody = Moody { script: script.into(), ..Moody::default() };
        let mut out = Buffered::with_capacity(16, moody);
        let accepted = drive(&mut out, &steps, |out| (out.get_ref(), out.buffer()))?;
        let (inner, unwritten) = out.into_parts();
        prop_assert_eq!([inner.taken, unwritten].concat(), accepted);
    }

    #[test]
    fn lines_lose_nothing(capacity in 0..50usize, script in answers(), steps in steps()) {
        let moody = Moody { script: script.into(), ..Moody::default() };
        let mut out = LineBuffered::with_capacity(capacity, moody);
        drive(&mut out, &steps, |out| (out.get_ref(), out.buffer()))?;
        prop_assert!(out.get_ref().failed || !out.buffer().contains(&b'\n'));
    }

    #[test]
    fn buffered_calls_as_std_does(capacity in 1..50usize, steps in steps()) {
        let mut ours = Buffered::with_capacity(capacity, Moody::default());
        let mut theirs = BufWriter::with_capacity(capacity, Moody::default());
        for step in &steps {
            prop_assert_eq!(take(step, &mut ours), take(step, &mut theirs));
        }
        prop_assert_eq!(&ours.get_ref().calls, &theirs.get_ref().calls);
    }

    #[test]
    fn lines_call_as_std_does(capacity in 1..50usize, steps in steps()) {
        let mut ours = LineBuffered::with_capacity(capacity, Moody::default());
        let mut theirs = LineWriter::with_capacity(capacity, Moody::default());
        for step in &steps {
            if let Step::Write(bytes) = step {
                ours.write_all(bytes).unwrap();
                theirs.write_all(bytes).unwrap();
            }
            prop_assert_eq!(take(step, &mut ours), take(step, &mut theirs));
        }
        prop_assert_eq!(&ours.get_ref().calls, &theirs.get_ref().calls);
    }
}

/// Does one step with a writer that cannot fail, and returns how many bytes it took.
fn take(step: &Step, out: &mut impl Write) -> usize {
    match step {
        Step::Write(bytes) => out.write(bytes).unwrap(),
        Step::Flush => out.flush().map(|()| 0).unwrap(),
    }
}

#[test]
fn dropping_flushes() {
    let mut inner = Moody::default();
    drop_with(&mut inner, b"kept in memory");
    assert_eq!(inner.taken, b"kept in memory");
}

fn drop_with(inner: &mut Moody, bytes: &[u8]) {
    let mut out = Buffered::new(inner);
    out.write_all(bytes).unwrap();
    assert!(out.get_ref().taken.is_empty());
}

#[test]
fn a_zero_is_not_tried_for_ever() {
    let script = VecDeque::from([Answer::Take(2), Answer::Take(0)]);
    let mut out = Buffered::new(Moody {
        script,
        ..Moody::default()
    });
    out.write_all(b"four").unwrap();
    let error = out.into_inner().unwrap_err();
    assert_eq!(error.error().kind(), ErrorKind::WriteZero);
    assert_eq!(
        error.to_string(),
        "2 buffered bytes could not be written: write zero"
    );
    let (inner, unwritten) = error.into_inner().into_parts();
    assert_eq!((&inner.taken[..], &unwritten[..]), (&b"fo"[..], &b"ur"[..]));
}

#[test]
fn after_a_panic_nothing_is_written_twice() {
    /// Takes the bytes and then panics, so that its caller never hears that they were taken.
    struct Panics<'a>(&'a mut Vec<u8>);
    impl Write for Panics<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.extend_from_slice(bytes);
            panic!("after the bytes were taken");
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut taken = Vec::new();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut out = Buffered::new(Panics(&mut taken));
        out.write_all(b"once").unwrap();
        out.flush()
        // The unwinding drops `out`, which would flush.
    }));
    assert!(outcome.is_err());
    assert_eq!(taken, b"once");
}
