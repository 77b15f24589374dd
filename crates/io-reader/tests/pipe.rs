//! The in-process pipe: the meeting, and how either side may go.

mod common;

use std::io::{self, ErrorKind, Read, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use common::{cases, within_patience};
use io_reader::pipe::{PIECE, PipeReader, PipeWriter, pipe};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_byte_arrives_in_order(
        writes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..50), 0..20),
        reads in proptest::collection::vec(1_usize..70, 1..20),
    ) {
        let all = writes.concat();
        let read = within_patience("copying through a pipe", move || {
            let (mut reader, mut writer) = pipe();
            let producer = thread::spawn(move || {
                for bytes in &writes {
                    assert_eq!(writer.write(bytes).unwrap(), bytes.len());
                }
            });
            let mut read = Vec::new();
            for size in reads.into_iter().cycle() {
                let mut buf = vec![0; size];
                let n = reader.read(&mut buf).unwrap();
                if n == 0 {
                    break;
                }
                read.extend_from_slice(&buf[..n]);
            }
            producer.join().unwrap();
            read
        });
        prop_assert_eq!(read, all);
    }
}

#[test]
fn both_sides_can_move_to_other_threads() {
    fn check<T: Send + 'static>() {}
    check::<PipeReader>();
    check::<PipeWriter>();
}

#[test]
fn a_write_returns_when_its_last_byte_has_been_read() {
    within_patience("a write that is read in two steps", || {
        let (mut reader, mut writer) = pipe();
        let returned = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&returned);
        let producer = thread::spawn(move || {
            let n = writer.write(b"1234").unwrap();
            flag.store(true, Ordering::SeqCst);
            n
        });
        reader.read_exact(&mut [0; 3]).unwrap();
        assert!(!returned.load(Ordering::SeqCst), "one byte is left");
        reader.read_exact(&mut [0; 1]).unwrap();
        assert_eq!(producer.join().unwrap(), 4);
    });
}

#[test]
fn a_write_larger_than_a_piece_is_one_write() {
    within_patience("a large write", || {
        let bytes: Vec<u8> = (0..3 * PIECE + 17).map(|i| (i % 251) as u8).collect();
        let (mut reader, mut writer) = pipe();
        let expected = bytes.clone();
        let producer = thread::spawn(move || writer.write(&bytes).unwrap());
        let mut read = Vec::new();
        reader.read_to_end(&mut read).unwrap();
        assert!(read == expected);
        assert_eq!(producer.join().unwrap(), expected.len());
    });
}

#[test]
fn a_reader_that_leaves_in_the_middle_makes_a_short_write() {
    within_patience("a write whose reader leaves", || {
        let (mut reader, mut writer) = pipe();
        let consumer = thread::spawn(move || reader.read_exact(&mut [0; 3]).unwrap());
        assert_eq!(writer.write(b"12345").unwrap(), 3);
        consumer.join().unwrap();
        let error = writer.write(b"45").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_reader_that_leaves_wakes_a_waiting_writer() {
    within_patience("a write that nobody reads", || {
        for _ in 0..200 {
            let (reader, mut writer) = pipe();
            let producer = thread::spawn(move || writer.write(b"x").unwrap_err().kind());
            drop(reader);
            assert_eq!(producer.join().unwrap(), ErrorKind::BrokenPipe);
        }
    });
}

#[test]
fn a_writer_that_leaves_is_the_end_of_file() {
    within_patience("a read that nobody answers", || {
        for _ in 0..200 {
            let (mut reader, writer) = pipe();
            let consumer = thread::spawn(move || {
                let first = reader.read(&mut [0; 8]).unwrap();
                (first, reader.read(&mut [0; 8]).unwrap())
            });
            drop(writer);
            assert_eq!(consumer.join().unwrap(), (0, 0));
        }
    });
}

#[test]
fn nothing_to_move_needs_no_meeting() {
    within_patience("empty reads and writes", || {
        let (mut reader, mut writer) = pipe();
        assert_eq!(writer.write(b"").unwrap(), 0);
        assert_eq!(reader.read(&mut []).unwrap(), 0);
        writer.flush().unwrap();
        drop(reader);
        assert_eq!(writer.write(b"").unwrap(), 0);
    });
}

#[test]
fn a_producer_that_fails_says_why() {
    within_patience("a producer that fails", || {
        let (mut reader, mut writer) = pipe();
        let producer = thread::spawn(move || {
            writer.write_all(b"half").unwrap();
            writer.fail(&io::Error::new(ErrorKind::TimedOut, "the disk is slow"));
        });
        let mut read = Vec::new();
        for _ in 0..2 {
            let error = reader.read_to_end(&mut read).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TimedOut);
            assert_eq!(error.to_string(), "the disk is slow");
        }
        assert_eq!(read, b"half");
        producer.join().unwrap();
    });
}

/// Runs `work` up to its panic, without the usual text on standard error.
fn panics(work: impl FnOnce() + Send + 'static) {
    thread::spawn(|| {
        // `resume_unwind` does not call the panic hook.
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        assert!(result.is_err(), "it should have panicked");
    })
    .join()
    .unwrap();
}

#[test]
fn a_panic_of_the_writer_is_no_end_of_file() {
    within_patience("a writer that panics", || {
        let (mut reader, mut writer) = pipe();
        let producer = thread::spawn(|| {
            panics(move || {
                writer.write_all(b"half").unwrap();
                panic::resume_unwind(Box::new("on purpose"));
            });
        });
        let mut read = Vec::new();
        let error = reader.read_to_end(&mut read).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert!(error.to_string().contains("panicked"), "{error}");
        assert_eq!(read, b"half");
        producer.join().unwrap();
    });
}

#[test]
fn a_panic_of_the_reader_does_not_hang_the_writer() {
    within_patience("a reader that panics", || {
        let (mut reader, mut writer) = pipe();
        let consumer = thread::spawn(|| {
            panics(move || {
                reader.read_exact(&mut [0; 2]).unwrap();
                panic::resume_unwind(Box::new("on purpose"));
            });
        });
        let error = writer.write_all(b"12345").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        consumer.join().unwrap();
    });
}
