//! The four ways, and the fifth: whatever the pace of the sources, all read the same.

mod common;

use std::error::Error;
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::num::NonZero;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::mpsc;
use std::thread;

use common::{DEADLINE, cases};
use mmap::poller::set_nonblocking;
use mmap::quadrants::completion::Completions;
use mmap::quadrants::tasks::Runtime;
use mmap::quadrants::{GatherError, Outcome, blocking, completed, multiplexed, polling};
use proptest::collection::vec;
use proptest::prelude::*;

const NAMES: [&str; 4] = ["blocking", "polling", "multiplexed", "completed"];

fn read_by(way: &str, mut sources: Vec<PipeReader>, length: usize) -> Result<Outcome, GatherError> {
    match way {
        "blocking" => blocking(&mut sources, length),
        "polling" => polling(&mut sources, length),
        "multiplexed" => multiplexed(&mut sources, length),
        _ => completed(sources, length, thread::yield_now),
    }
}

/// What source `index` says: no two say the same.
fn text(index: usize, length: usize) -> Vec<u8> {
    (0..length).map(|at| (index * 31 + at) as u8).collect()
}

/// Pipes, fed by a thread in pieces that it writes in the order given: source and length.
fn fed(sources: usize, length: usize, pieces: Vec<(usize, usize)>) -> Vec<PipeReader> {
    let (readers, mut writers): (Vec<_>, Vec<_>) = (0..sources).map(|_| pipe().unwrap()).unzip();
    let mut texts: Vec<_> = (0..sources).map(|index| text(index, length)).collect();
    thread::spawn(move || {
        let rest = (0..sources).rev().map(|index| (index, length));
        for (index, piece) in pieces.into_iter().chain(rest) {
            let piece = piece.min(texts[index].len());
            let bytes: Vec<u8> = texts[index].drain(..piece).collect();
            writers[index].write_all(&bytes).unwrap();
            thread::yield_now();
        }
    });
    readers
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn all_ways_read_the_same(
        pieces in vec((0..5usize, 1..40usize), 0..30),
        length in 0..200usize,
    ) {
        let expected: Vec<_> = (0..5).map(|index| text(index, length)).collect();
        for way in NAMES {
            let outcome = read_by(way, fed(5, length, pieces.clone()), length).unwrap();
            prop_assert_eq!(&outcome.contents, &expected, "{}", way);
        }
    }
}

#[test]
fn a_source_that_ends_early_is_named() {
    for way in NAMES {
        let (short, mut writer) = pipe().unwrap();
        writer.write_all(b"abc").unwrap();
        drop(writer);
        let mut sources = fed(2, 10, Vec::new());
        sources.insert(1, short);
        let error = read_by(way, sources, 10).unwrap_err();
        assert!(
            error.to_string().starts_with("cannot read from source 1: "),
            "{way}: {error}"
        );
        let GatherError::Source {
            index: 1,
            error: cause,
        } = &error
        else {
            panic!("{way}: {error:?}");
        };
        assert_eq!(cause.kind(), ErrorKind::UnexpectedEof);
        assert!(error.source().is_some());
    }
}

#[test]
fn no_sources_are_read_at_once() {
    for way in NAMES {
        let outcome = read_by(way, Vec::new(), 10).unwrap();
        assert!(outcome.contents.is_empty());
    }
}

/// The last source speaks first: only who waits for all hears it before the others.
#[test]
fn where_each_way_waits() {
    for way in NAMES {
        let (mut readers, mut writers): (Vec<_>, Vec<_>) = (0..3).map(|_| pipe().unwrap()).unzip();
        readers.reverse();
        let (asked, told) = mpsc::channel();
        let feeder = thread::spawn(move || {
            told.recv_timeout(DEADLINE).unwrap();
            for writer in &mut writers {
                writer.write_all(b"x").unwrap();
            }
            writers
        });
        asked.send(()).unwrap();
        let outcome = read_by(way, readers, 1).unwrap();
        drop(feeder.join().unwrap());
        let cost = outcome.cost;
        assert_eq!(cost.waits > 0, way == "multiplexed", "{way}: {cost:?}");
        assert_eq!(cost.threads > 0, way == "completed", "{way}: {cost:?}");
        if way != "polling" {
            assert_eq!(cost.would_block, 0, "{way} never asks in vain");
        }
        let expected = if way == "completed" { 0 } else { 3 };
        assert_eq!(cost.reads - cost.would_block, expected);
    }
}

/// A pipe into which a byte is written when a read has found it empty.
struct Prompted {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Read for Prompted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let outcome = self.reader.read(buffer);
        if outcome.is_err() {
            self.writer.write_all(b"x")?;
        }
        outcome
    }
}

impl AsFd for Prompted {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

#[test]
fn polling_counts_what_it_asked_in_vain() {
    let (reader, writer) = pipe().unwrap();
    let outcome = polling(&mut [Prompted { reader, writer }], 3).unwrap();
    assert_eq!(outcome.contents, [b"xxx"]);
    assert_eq!((outcome.cost.reads, outcome.cost.would_block), (6, 3));
}

#[test]
fn completions_come_in_the_order_of_the_sources_pace() {
    let (first, mut first_writer) = pipe().unwrap();
    let (second, mut second_writer) = pipe().unwrap();
    let mut reads = Completions::new(NonZero::new(2).unwrap()).unwrap();
    reads.submit(1, first, vec![0; 2]);
    reads.submit(2, second, vec![0; 2]);
    assert!(reads.try_next().is_none());
    second_writer.write_all(b"bb").unwrap();
    let completion = reads.wait().unwrap();
    assert_eq!((completion.id, &completion.buffer[..]), (2, &b"bb"[..]));
    first_writer.write_all(b"aa").unwrap();
    assert_eq!(reads.in_flight(), 1);
    assert_eq!(reads.wait().unwrap().buffer, b"aa");
    assert!(reads.wait().is_none());
}

#[test]
fn many_tasks_read_on_few_threads() {
    const TASKS: usize = 200;
    let runtime = Runtime::new(NonZero::new(2).unwrap()).unwrap();
    assert_eq!(runtime.threads(), 3);
    let (results, inbox) = mpsc::channel();
    let (readers, writers): (Vec<_>, Vec<_>) = (0..TASKS).map(|_| pipe().unwrap()).unzip();
    for (index, mut reader) in readers.into_iter().enumerate() {
        set_nonblocking(&reader, true).unwrap();
        let (netpoller, results) = (runtime.netpoller(), results.clone());
        runtime.spawn(async move {
            let mut bytes = Vec::new();
            let mut buffer = [0; 7];
            loop {
                match netpoller.read(&mut reader, &mut buffer).await.unwrap() {
                    0 => break,
                    n => bytes.extend_from_slice(&buffer[..n]),
                }
            }
            results.send((index, bytes)).unwrap();
        });
    }
    // From the last to the first, in pieces, so that each task pauses several times.
    for piece in 0..4 {
        for (index, mut writer) in writers.iter().enumerate().rev() {
            writer
                .write_all(&text(index, 40)[piece * 10..][..10])
                .unwrap();
        }
    }
    drop(writers);
    for _ in 0..TASKS {
        let (index, bytes) = inbox.recv_timeout(DEADLINE).expect("all tasks end");
        assert_eq!(bytes, text(index, 40), "task {index}");
    }
}

#[test]
fn a_runtime_stops_and_drops_the_tasks_that_wait_for_ever() {
    let runtime = Runtime::new(NonZero::new(1).unwrap()).unwrap();
    let (mut reader, mut writer) = pipe().unwrap();
    set_nonblocking(&reader, true).unwrap();
    let netpoller = runtime.netpoller();
    let (started, start) = mpsc::channel();
    runtime.spawn(async move {
        started.send(()).unwrap();
        let outcome = netpoller.read(&mut reader, &mut [0]).await;
        unreachable!("nobody writes: {outcome:?}");
    });
    start.recv_timeout(DEADLINE).unwrap();
    drop(runtime);
    let nobody_reads = writer.write(b"x").unwrap_err();
    assert_eq!(nobody_reads.kind(), ErrorKind::BrokenPipe);
}
