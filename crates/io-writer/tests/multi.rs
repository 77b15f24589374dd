//! Many sinks on one thread, and the one writer with a copy.

use std::io::{self, ErrorKind, Write};

use io_writer::multi::{MultiWriter, OnFailure};
use io_writer::tee::Tee;

/// Takes at most three bytes a call, is interrupted every other call, and fails after `room` bytes.
struct Small<'a> {
    taken: &'a mut Vec<u8>,
    room: usize,
    calls: usize,
}

fn small(taken: &mut Vec<u8>, room: usize) -> Small<'_> {
    Small {
        taken,
        room,
        calls: 0,
    }
}

impl Write for Small<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls % 2 == 1 {
            return Err(ErrorKind::Interrupted.into());
        }
        let n = bytes.len().min(3).min(self.room - self.taken.len());
        if n == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        self.taken.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const TEXT: &[u8] = b"0123456789";

#[test]
fn short_writes_are_finished() {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let mut all = MultiWriter::new(OnFailure::Stop);
    all.push("first", small(&mut first, 100));
    all.push("second", &mut second);
    assert_eq!(all.write(TEXT).unwrap(), TEXT.len());
    all.write_all(TEXT).unwrap();
    all.flush().unwrap();
    assert!(all.failures().is_empty());
    drop(all);
    assert_eq!(first, b"01234567890123456789");
    assert_eq!(second, first);
}

#[test]
fn stop_ends_it_for_all() {
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    let mut all = MultiWriter::new(OnFailure::Stop);
    all.push("first", &mut first);
    all.push("second", small(&mut second, 14));
    all.push("third", &mut third);
    all.write_all(TEXT).unwrap();
    let error = all.write_all(TEXT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert!(
        error
            .to_string()
            .starts_with("second: accepted 14 bytes, then: "),
        "{error}"
    );
    // It stays ended.
    assert_eq!(all.write(TEXT).unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(all.flush().unwrap_err().kind(), ErrorKind::StorageFull);
    let [failure] = all.failures() else {
        panic!("{all:?}");
    };
    assert_eq!((&failure.name[..], failure.accepted), ("second", 14));
    drop(all);
    assert_eq!((first.len(), second.len(), third.len()), (20, 14, 10));
}

#[test]
fn continue_sets_the_failing_one_aside() {
    let (mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new());
    let mut all = MultiWriter::new(OnFailure::Continue);
    all.push("first", small(&mut first, 4));
    all.push("second", &mut second);
    all.push("third", small(&mut third, 15));
    for _ in 0..3 {
        all.write_all(TEXT).unwrap();
    }
    let accepted: Vec<_> = all
        .failures()
        .iter()
        .map(|failure| (&failure.name[..], failure.accepted))
        .collect();
    assert_eq!(accepted, [("first", 4), ("third", 15)]);
    drop(all);
    assert_eq!(second, TEXT.repeat(3));
    assert_eq!(first, b"0123");
    assert_eq!(third, b"012345678901234");
}

#[test]
fn continue_ends_when_none_is_left() {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    let mut all = MultiWriter::new(OnFailure::Continue);
    all.push("first", small(&mut first, 4));
    all.push("second", small(&mut second, 12));
    all.write_all(TEXT).unwrap();
    let error = all.write_all(TEXT).unwrap_err();
    assert!(
        error.to_string().starts_with("second: accepted 12 bytes"),
        "{error}"
    );
    assert!(all.write(TEXT).is_err());
    assert_eq!(all.failures().len(), 2);
}

#[test]
fn a_sink_that_takes_nothing_has_failed() {
    let mut all = MultiWriter::new(OnFailure::Continue);
    all.push("full", &mut [][..]);
    assert_eq!(all.write(TEXT).unwrap_err().kind(), ErrorKind::WriteZero);
}

#[test]
fn without_sinks_bytes_vanish() {
    let mut none = MultiWriter::new(OnFailure::Continue);
    none.write_all(TEXT).unwrap();
    none.flush().unwrap();
}

#[test]
fn tee_copies_what_was_taken() {
    let (mut main, mut copy) = (Vec::new(), Vec::new());
    let mut out = Tee::new(small(&mut main, 8), small(&mut copy, 100));
    assert_eq!(out.write(TEXT).unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(out.write(TEXT).unwrap(), 3);
    assert_eq!(
        out.write_all(&TEXT[3..]).unwrap_err().kind(),
        ErrorKind::StorageFull
    );
    drop(out);
    assert_eq!(main, b"01234567");
    assert_eq!(copy, main);
}

#[test]
fn a_failing_copy_is_reported_by_the_next_call() {
    let (mut main, mut copy) = (Vec::new(), Vec::new());
    let mut out = Tee::new(&mut main, small(&mut copy, 4));
    // The bytes are in the main writer: to call this a failure would be untrue.
    assert_eq!(out.write(TEXT).unwrap(), TEXT.len());
    assert_eq!(out.write(TEXT).unwrap_err().kind(), ErrorKind::StorageFull);
    // Reported once; from here on there is no copy.
    out.write_all(TEXT).unwrap();
    out.flush().unwrap();
    drop(out);
    assert_eq!(main, TEXT.repeat(2));
    assert_eq!(copy, b"0123");
}

#[test]
fn flush_reports_a_failing_copy_too() {
    let mut room = [0; 4];
    let mut out = Tee::new(Vec::new(), &mut room[..]);
    out.write_all(TEXT).unwrap();
    assert_eq!(out.flush().unwrap_err().kind(), ErrorKind::WriteZero);
    out.flush().unwrap();
}
