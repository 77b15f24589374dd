//! `Section` against `Cursor`, and over real files.

mod common;

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;

use common::cases;
use io_reader::section::{ReadAt, Section};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Read(usize),
    Seek(SeekFrom),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_usize..20).prop_map(Step::Read),
        (0_u64..60).prop_map(|n| Step::Seek(SeekFrom::Start(n))),
        (-60_i64..60).prop_map(|n| Step::Seek(SeekFrom::Current(n))),
        (-60_i64..60).prop_map(|n| Step::Seek(SeekFrom::End(n))),
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn reads_and_seeks_like_a_cursor_over_the_window(
        bytes in proptest::collection::vec(any::<u8>(), 50..60),
        offset in 0_usize..50,
        len in 0_usize..50,
        steps in proptest::collection::vec(step(), 0..20),
    ) {
        // A cursor's end is that of its bytes; so is the section's when it lies inside.
        let end = (offset + len).min(bytes.len());
        let mut section = Section::new(&bytes, offset as u64, (end - offset) as u64);
        let mut model = Cursor::new(&bytes[offset..end]);
        for step in steps {
            match step {
                Step::Read(n) => {
                    let (mut ours, mut theirs) = (vec![0; n], vec![0; n]);
                    let n = section.read(&mut ours).unwrap();
                    prop_assert_eq!(n, model.read(&mut theirs).unwrap());
                    prop_assert_eq!(ours, theirs);
                }
                Step::Seek(to) => {
                    let (ours, theirs) = (section.seek(to), model.seek(to));
                    prop_assert_eq!(ours.is_ok(), theirs.is_ok());
                }
            }
            prop_assert_eq!(section.stream_position().unwrap(), model.position());
        }
    }
}

fn sample_file() -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"Example of io.SectionReader\n").unwrap();
    file
}

fn text(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn windows_over_one_file_do_not_move_each_other_or_the_file() {
    let mut file = sample_file();
    file.seek(SeekFrom::Start(3)).unwrap();
    let mut left = Section::new(&file, 14, 7);
    let mut right = Section::new(&file, 21, 6);
    let mut start = [0; 4];
    left.read_exact(&mut start).unwrap();
    assert_eq!(text(&mut right), "Reader");
    assert_eq!((&start, text(left)), (b"Sect", "ion".to_owned()));
    assert_eq!(file.stream_position().unwrap(), 3);
}

#[test]
fn a_window_beyond_the_end_shows_what_there_is() {
    let file = sample_file();
    assert_eq!(text(Section::new(&file, 21, 1000)), "Reader\n");
    assert_eq!(text(Section::new(&file, 28, 1)), "");
    assert_eq!(text(Section::new(&file, 1 << 40, 1)), "");
    assert_eq!(text(Section::new(&b"abc"[..], u64::MAX, u64::MAX)), "");
    let window = Section::new(&file, 21, u64::MAX);
    assert_eq!(window.size(), u64::MAX - 21);
}

#[test]
fn a_section_of_a_section_counts_from_its_start() {
    let inner = Section::new("0123456789".as_bytes(), 2, 6);
    assert_eq!(text(Section::new(&inner, 1, 100)), "34567");
    let mut buf = [0; 4];
    assert_eq!(inner.read_at(&mut buf, 4).unwrap(), 2);
    assert_eq!(&buf[..2], b"67");
}

#[test]
fn seeking_before_the_start_fails_and_moves_nothing() {
    let mut section = Section::new("0123456789".as_bytes(), 5, 3);
    section.seek(SeekFrom::Start(1)).unwrap();
    for to in [SeekFrom::Current(-2), SeekFrom::End(-4)] {
        let error = section.seek(to).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert_eq!(text(section), "67");
}

#[test]
fn threads_share_one_file_without_a_lock() {
    let mut file = tempfile::tempfile().unwrap();
    for block in 0..8_u8 {
        file.write_all(&[block; 10_000]).unwrap();
    }
    let file = Arc::new(file);
    let readers = (0..8_u8).map(|block| {
        let mut section = Section::new(Arc::clone(&file), u64::from(block) * 10_000, 10_000);
        thread::spawn(move || {
            let mut bytes = Vec::new();
            section.read_to_end(&mut bytes).unwrap();
            bytes == [block; 10_000]
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        assert!(reader.join().unwrap());
    }
}

#[test]
fn a_pipe_has_no_offsets() {
    let (reader, _writer) = io::pipe().unwrap();
    let pipe = File::from(OwnedFd::from(reader));
    let error = pipe.read_at(&mut [0], 0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSeekable, "{error}");
}
