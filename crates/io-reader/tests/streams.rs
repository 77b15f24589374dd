//! `MultiReader` and `TeeReader` against slices, and with streams that fail.

mod common;

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::rc::Rc;

use common::{Pieces, cases};
use io_reader::multi::MultiReader;
use io_reader::tee::TeeReader;
use proptest::prelude::*;

type Stream = (Vec<u8>, Vec<usize>);

fn stream() -> impl Strategy<Value = Stream> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..100);
    let sizes = proptest::collection::vec(0_usize..20, 0..20);
    (bytes, sizes)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn streams_come_out_one_after_another(
        streams in proptest::collection::vec(stream(), 0..6),
    ) {
        let pieces = streams.iter().map(|(bytes, sizes)| Pieces::new(bytes, sizes));
        let mut multi: MultiReader = pieces.map(|p| Box::new(p) as Box<dyn Read>).collect();
        let mut read = Vec::new();
        multi.read_to_end(&mut read).unwrap();
        let joined: Vec<u8> = streams.into_iter().flat_map(|(bytes, _)| bytes).collect();
        prop_assert_eq!(read, joined);
    }

    #[test]
    fn a_tee_keeps_exactly_what_was_read((bytes, sizes) in stream(), n in 0_u64..150) {
        let mut tee = TeeReader::new(Pieces::new(&bytes, &sizes), Vec::new());
        let mut read = Vec::new();
        tee.by_ref().take(n).read_to_end(&mut read).unwrap();
        let (source, copy) = tee.finish().unwrap();
        prop_assert_eq!(&copy, &read);
        prop_assert_eq!(&read, &bytes[..bytes.len().min(n as usize)]);
        prop_assert_eq!(source.left(), bytes.len() - read.len());
    }
}

#[test]
fn files_a_child_and_memory_make_one_stream() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    std::fs::write(&path, "body\n").unwrap();
    let mut child = Command::new("echo")
        .arg("footer")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut page = String::new();
    MultiReader::new([
        Box::new("header\n".as_bytes()),
        Box::new(File::open(path).unwrap()),
    ])
    .push(child.stdout.take().unwrap())
    .read_to_string(&mut page)
    .unwrap();
    assert_eq!(page, "header\nbody\nfooter\n");
    assert!(child.wait().unwrap().success());
}

/// A stream whose existence can be asked for.
struct Watched(Cursor<&'static [u8]>, #[expect(dead_code)] Rc<()>);

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }
}

#[test]
fn a_stream_is_dropped_when_the_next_begins() {
    let alive = Rc::new(());
    let mut multi = MultiReader::default();
    multi.push(Watched(Cursor::new(b"ab"), Rc::clone(&alive)));
    multi.push("cd".as_bytes());

    assert_eq!(multi.read(&mut []).unwrap(), 0);
    multi.read_exact(&mut [0; 2]).unwrap();
    assert_eq!(Rc::strong_count(&alive), 2, "its end has not been seen yet");
    multi.read_exact(&mut [0; 1]).unwrap();
    assert_eq!(Rc::strong_count(&alive), 1);
}

#[test]
fn a_stream_can_be_added_after_the_end() {
    let mut multi = MultiReader::new([Box::new("a".as_bytes())]);
    let mut text = String::new();
    multi.read_to_string(&mut text).unwrap();
    multi
        .push("b".as_bytes())
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "ab");
}

/// Yields its results in turn.
struct Script(Vec<io::Result<&'static [u8]>>);

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let bytes = self.0.remove(0)?;
        buf[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

#[test]
fn an_error_leaves_its_stream_in_front() {
    let first = Script(vec![Ok(b"a"), Err(ErrorKind::WouldBlock.into()), Ok(b"b")]);
    let mut multi = MultiReader::new([Box::new(first), Box::new("c".as_bytes())]);
    let mut text = String::new();
    let error = multi.read_to_string(&mut text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    text.clear();
    multi.read_to_string(&mut text).unwrap();
    assert_eq!(text, "bc");
}

#[test]
fn a_failing_copy_takes_no_bytes_from_the_reader() {
    let room = &mut [0; 5][..];
    let mut tee = TeeReader::new("0123456789".as_bytes(), room);
    let mut first = [0; 4];
    tee.read_exact(&mut first).unwrap();
    let mut second = [0; 4];
    tee.read_exact(&mut second).unwrap();
    assert_eq!((&first, &second), (b"0123", b"4567"));

    for _ in 0..2 {
        let error = tee.read(&mut [0; 4]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WriteZero, "{error}");
    }
    assert_eq!(tee.finish().unwrap_err().kind(), ErrorKind::WriteZero);
}

#[test]
fn finish_reports_a_flush_that_fails() {
    struct NoFlush;
    impl Write for NoFlush {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(ErrorKind::StorageFull.into())
        }
    }
    let mut tee = TeeReader::new("x".as_bytes(), NoFlush);
    io::copy(&mut tee, &mut io::sink()).unwrap();
    let error = tee.finish().map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StorageFull);
}
