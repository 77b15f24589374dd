//! `copy_n` and `copy_with` against slices, and between processes.

mod common;

use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::process::{Command, Stdio};

use common::{Pieces, cases};
use io_reader::copy::{Copied, CopyCause, copy_n, copy_with};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn copy_n_moves_n_bytes_or_says_how_many(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        sizes in proptest::collection::vec(0_usize..40, 0..50),
        n in 0_u64..400,
    ) {
        let mut source = Pieces::new(&bytes, &sizes);
        let mut copy = Vec::new();
        let result = copy_n(&mut source, &mut copy, n);
        let moved = bytes.len().min(n as usize);
        prop_assert_eq!(&copy, &bytes[..moved]);
        prop_assert_eq!(source.left(), bytes.len() - moved);
        match result {
            Ok(()) => prop_assert_eq!(moved as u64, n),
            Err(error) => {
                prop_assert!(moved < n as usize);
                prop_assert!(matches!(error.cause, CopyCause::SourceEnded));
                prop_assert_eq!((error.copied, error.wanted), (moved as u64, n));
            }
        }
    }

    #[test]
    fn copy_n_counts_what_a_full_writer_took(
        bytes in proptest::collection::vec(any::<u8>(), 1..300),
        lacking in 1_usize..300,
    ) {
        let room = bytes.len().saturating_sub(lacking);
        let mut sink = vec![0; room];
        let error = copy_n(&mut &bytes[..], &mut &mut sink[..], bytes.len() as u64).unwrap_err();
        prop_assert_eq!(error.copied, room as u64);
        prop_assert_eq!(error.kind(), ErrorKind::WriteZero);
        prop_assert!(matches!(error.cause, CopyCause::Write(_)));
        prop_assert_eq!(&sink, &bytes[..room]);
    }

    #[test]
    fn copy_with_moves_everything_whatever_the_buffer(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        sizes in proptest::collection::vec(0_usize..40, 0..50),
        room in 1_usize..100,
    ) {
        let mut copy = Vec::new();
        let mut source = Pieces::new(&bytes, &sizes);
        let copied = copy_with(&mut source, &mut copy, &mut vec![0; room]).unwrap();
        prop_assert_eq!(copied.bytes, bytes.len() as u64);
        prop_assert!(copied.reads >= copied.bytes.div_ceil(room as u64));
        prop_assert_eq!(copy, bytes);
    }
}

#[test]
fn a_buffer_of_8_kib_needs_438_reads_for_3_584_000_bytes() {
    let bytes = vec![7; 3_584_000];
    let copied = copy_with(&mut &bytes[..], &mut io::sink(), &mut [0; 8192]).unwrap();
    let expected = Copied {
        bytes: 3_584_000,
        reads: 438,
    };
    assert_eq!(copied, expected);
}

#[test]
fn an_empty_buffer_is_refused() {
    let mut source = Cursor::new(b"x");
    let error = copy_with(&mut source, &mut io::sink(), &mut []).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_failed_read_says_so_and_what_came_before_is_written() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::ConnectionReset.into())
        }
    }
    let mut copy = Vec::new();
    let error = copy_n(&mut "begun".as_bytes().chain(Fails), &mut copy, 100).unwrap_err();
    assert!(matches!(error.cause, CopyCause::Read(_)), "{error}");
    assert_eq!((error.copied, copy.as_slice()), (5, &b"begun"[..]));
    let error = io::Error::from(error);
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert!(
        error
            .to_string()
            .starts_with("copied 5 of 100 bytes: cannot read"),
        "{error}"
    );
}

#[test]
fn what_follows_stays_in_the_pipe_for_the_next_process() {
    let (mut reader, mut writer) = io::pipe().unwrap();
    writer.write_all(b"ours theirs").unwrap();
    drop(writer);
    let mut ours = Vec::new();
    copy_n(&mut reader, &mut ours, 5).unwrap();
    let theirs = Command::new("cat")
        .stdin(Stdio::from(reader))
        .output()
        .unwrap();
    assert_eq!(
        (ours.as_slice(), theirs.stdout.as_slice()),
        (&b"ours "[..], &b"theirs"[..])
    );
}

#[test]
fn a_reader_that_has_gone_away_is_a_failed_write() {
    let (reader, mut writer) = io::pipe().unwrap();
    drop(reader);
    let error = copy_n(&mut io::repeat(0), &mut writer, 1 << 20).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe, "{error}");
    // Not none: a child that another test is just starting may hold the read end until it execs.
    assert!(error.copied < error.wanted);
}
