//! Every interleaving of the pipe's two sides, with loom:
//! `RUSTFLAGS="--cfg loom" cargo test -p io-reader --release --test pipe_loom`

#![cfg(loom)]

use std::io::{ErrorKind, Read, Write};

use io_reader::pipe::pipe;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;

#[test]
fn all_bytes_arrive_and_then_the_end() {
    loom::model(|| {
        let (mut reader, mut writer) = pipe();
        let producer = thread::spawn(move || {
            assert_eq!(writer.write(&[1, 2]).unwrap(), 2);
            assert_eq!(writer.write(&[3]).unwrap(), 1);
        });
        let mut read = Vec::new();
        let mut buf = [0; 1];
        while reader.read(&mut buf).unwrap() == 1 {
            read.push(buf[0]);
        }
        assert_eq!(read, [1, 2, 3]);
        producer.join().unwrap();
    });
}

#[test]
fn a_write_does_not_return_before_its_last_byte_is_read() {
    loom::model(|| {
        let (mut reader, mut writer) = pipe();
        let returned = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&returned);
        let producer = thread::spawn(move || {
            assert_eq!(writer.write(&[1, 2]).unwrap(), 2);
            flag.store(true, Ordering::SeqCst);
        });
        let mut byte = [0];
        assert_eq!(reader.read(&mut byte).unwrap(), 1);
        assert!(!returned.load(Ordering::SeqCst));
        assert_eq!(reader.read(&mut byte).unwrap(), 1);
        producer.join().unwrap();
    });
}

#[test]
fn a_reader_may_leave_at_any_moment() {
    loom::model(|| {
        let (mut reader, mut writer) = pipe();
        let consumer = thread::spawn(move || reader.read(&mut [0; 1]).unwrap());
        assert_eq!(writer.write(&[1, 2]).unwrap(), 1);
        let error = writer.write(&[2]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
        assert_eq!(consumer.join().unwrap(), 1);
    });
}

#[test]
fn a_reader_that_never_reads_wakes_the_writer() {
    loom::model(|| {
        let (reader, mut writer) = pipe();
        let producer = thread::spawn(move || writer.write(&[1]).unwrap_err().kind());
        drop(reader);
        assert_eq!(producer.join().unwrap(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_writer_that_fails_wakes_the_reader() {
    loom::model(|| {
        let (mut reader, writer) = pipe();
        let consumer = thread::spawn(move || reader.read(&mut [0]).unwrap_err().kind());
        writer.fail(&ErrorKind::TimedOut.into());
        assert_eq!(consumer.join().unwrap(), ErrorKind::TimedOut);
    });
}
