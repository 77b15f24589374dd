//! Archives read back by other programs: the zip crate, Info-ZIP, Python, and front to back.

mod common;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{cases, have, stdout_of};
use flate2::bufread::DeflateDecoder;
use io_reader::zip::{Added, BadName, Entry, ZipError, ZipWriter};
use proptest::prelude::*;
use zip::{CompressionMethod, ZipArchive};

const WHEN: SystemTime = UNIX_EPOCH;

/// Data of a kind and a length: nothing, text that shrinks, or noise that does not.
fn data() -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![0_usize..100, 65_530_usize..65_545, 100_000_usize..200_000];
    (len, any::<bool>(), any::<u64>()).prop_map(|(len, is_noise, seed)| match is_noise {
        true => noise(len, seed),
        false => b"All work and no play. "
            .iter()
            .copied()
            .cycle()
            .take(len)
            .collect(),
    })
}

/// Bytes that no compressor makes smaller (xorshift64*).
fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let step = |_| {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 56) as u8
    };
    (0..len).map(step).collect()
}

fn archive_of(entries: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Vec::new());
    for (name, data) in entries {
        let added = zip.add(name, WHEN, &data[..]).unwrap();
        assert_eq!(added.size, data.len() as u64);
    }
    zip.finish().unwrap()
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn what_goes_in_comes_out(
        entries in proptest::collection::btree_map("[a-zé漢]{1,8}(/[a-z ]{1,4}[.][a-z]{3})?", data(), 0..6),
    ) {
        let archive = archive_of(&entries);

        let mut read = ZipArchive::new(Cursor::new(&archive)).unwrap();
        prop_assert_eq!(read.len(), entries.len());
        for (name, data) in &entries {
            let mut file = read.by_name(name).unwrap();
            let mut back = Vec::new();
            file.read_to_end(&mut back).unwrap();
            prop_assert!(&back == data, "{name}");
        }
        prop_assert_eq!(front_to_back(&archive), entries.into_iter().collect::<Vec<_>>());
    }
}

/// Reads an archive as a stream, as who downloads it could: local headers only, no seeking.
fn front_to_back(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut entries = Vec::new();
    let mut rest = archive;
    while rest.starts_with(b"PK\x03\x04") {
        let (header, after) = rest.split_at(30);
        let [flags, method, name_len, extra_len] = [6, 8, 26, 28].map(|at| number(header, at, 2));
        let (name, after) = after.split_at(name_len as usize);
        let (extra, after) = after.split_at(extra_len as usize);
        let wide = extra.starts_with(&[1, 0]);
        let sizes_behind = flags & 8 != 0;
        let mut data = Vec::new();
        let descriptor;
        if method == 8 {
            assert!(sizes_behind);
            let mut inflate = DeflateDecoder::new(after);
            inflate.read_to_end(&mut data).unwrap();
            let after = inflate.into_inner();
            assert!(after.starts_with(b"PK\x07\x08"));
            let len = if wide { 24 } else { 16 };
            (descriptor, rest) = after.split_at(len);
            let width = if wide { 8 } else { 4 };
            assert_eq!(number(descriptor, 8 + width, width), data.len() as u64);
            assert_eq!(number(descriptor, 4, 4), u64::from(crc32fast::hash(&data)));
        } else {
            assert!(!sizes_behind, "the end of stored data could not be found");
            let size = number(header, 18, 4) as usize;
            data.extend_from_slice(&after[..size]);
            rest = &after[size..];
            assert_eq!(number(header, 14, 4), u64::from(crc32fast::hash(&data)));
        }
        entries.push((String::from_utf8(name.to_vec()).unwrap(), data));
    }
    entries
}

fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let bytes = &bytes[at..at + width];
    bytes
        .iter()
        .rev()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

/// An archive of every kind of entry, in a file of its own.
fn sample(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("sample.zip");
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    let when = UNIX_EPOCH + Duration::from_secs(1_000_000_001);
    let text = "the same line\n".repeat(1000);
    zip.add_entry(Entry::folder("folder", when), io::empty())
        .unwrap();
    zip.add_entry(
        Entry::file("folder/run.sh", when).mode(0o755),
        text.as_bytes(),
    )
    .unwrap();
    zip.add("folder/noise", when, &noise(200_000, 1)[..])
        .unwrap();
    zip.add_entry(
        Entry::file("wide", when).size_hint(1 << 33),
        text.as_bytes(),
    )
    .unwrap();
    zip.add("empty", when, io::empty()).unwrap();
    zip.add("日本語.txt", when, "short".as_bytes()).unwrap();
    zip.add_entry(Entry::symlink("link", when), "folder/run.sh".as_bytes())
        .unwrap();
    zip.finish().unwrap();
    path
}

#[test]
fn info_zip_finds_no_error_and_the_same_facts() {
    if !have("unzip") || !have("zipinfo") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    let report = stdout_of(Command::new("unzip").arg("-tq").arg(&path), b"");
    assert!(report.contains("No errors detected"), "{report}");

    let listing = stdout_of(Command::new("zipinfo").arg(&path), b"");
    let line = |name: &str| {
        let end = format!(" {name}");
        listing.lines().find(|line| line.ends_with(&end)).unwrap()
    };
    assert!(line("folder/").starts_with("drwxr-xr-x"), "{listing}");
    assert!(line("folder/run.sh").starts_with("-rwxr-xr-x"), "{listing}");
    assert!(line("wide").starts_with("-rw-r--r--"), "{listing}");
    assert!(line("link").starts_with("lrwxrwxrwx"), "{listing}");
    assert!(line("folder/run.sh").contains(" defN "), "{listing}");
    assert!(line("empty").contains(" stor "), "{listing}");

    // Unpacked by a program that knows the extended timestamp: exact to the second.
    let out = folder.path().join("out");
    stdout_of(
        Command::new("unzip")
            .arg("-q")
            .arg(&path)
            .arg("-d")
            .arg(&out),
        b"",
    );
    let run = out.join("folder/run.sh");
    let modified = run.metadata().unwrap().modified().unwrap();
    assert_eq!(modified, UNIX_EPOCH + Duration::from_secs(1_000_000_001));
    let target = std::fs::read_link(out.join("link")).unwrap();
    assert_eq!(target, Path::new("folder/run.sh"));
    assert_eq!(
        std::fs::read(out.join("folder/noise")).unwrap(),
        noise(200_000, 1)
    );
}

#[test]
fn python_finds_no_error_and_the_same_times() {
    if !have("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = sample(folder.path());
    let report = stdout_of(
        Command::new("python3")
            .args(["-m", "zipfile", "-t"])
            .arg(&path),
        b"",
    );
    assert!(report.contains("Done testing"), "{report}");

    // Python shows the DOS fields; `date -u -d @1000000001` says 2001-09-09 01:46:41.
    let script =
        "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).getinfo('empty').date_time)";
    let time = stdout_of(
        Command::new("python3").arg("-c").arg(script).arg(&path),
        b"",
    );
    assert_eq!(time.trim(), "(2001, 9, 9, 1, 46, 40)");
}

#[test]
fn entries_are_packed_as_their_data_deserves() {
    let mut zip = ZipWriter::new(Vec::new());
    let added = zip.add("noise", WHEN, &noise(1000, 2)[..]).unwrap();
    let expected = Added {
        size: 1000,
        compressed: 1000,
    };
    assert_eq!(added, expected);
    let big = zip
        .add("big-noise", WHEN, &noise(1_000_000, 3)[..])
        .unwrap();
    assert!((1_000_000..1_001_000).contains(&big.compressed), "{big:?}");
    let zeros = zip
        .add("zeros", WHEN, io::repeat(0).take(1_000_000))
        .unwrap();
    assert!(zeros.compressed < 10_000, "{zeros:?}");

    let mut read = ZipArchive::new(Cursor::new(zip.finish().unwrap())).unwrap();
    let mut method = |name| read.by_name(name).unwrap().compression();
    assert_eq!(method("noise"), CompressionMethod::Stored);
    assert_eq!(method("big-noise"), CompressionMethod::Deflated);
    assert_eq!(method("zeros"), CompressionMethod::Deflated);
}

#[test]
fn an_announced_giant_gets_the_wide_descriptor() {
    let text = "small after all ".repeat(100);
    let mut zip = ZipWriter::new(Vec::new());
    let entry = Entry::file("wide", WHEN).size_hint(5 << 30);
    zip.add_entry(entry, text.as_bytes()).unwrap();
    let archive = zip.finish().unwrap();
    // The Zip64 field says what the descriptor will be, and the sizes send readers there.
    assert_eq!(number(&archive, 4, 2), 45);
    assert_eq!(number(&archive, 18, 8), u64::MAX);
    assert_eq!(number(&archive, 30 + "wide".len(), 2), 1);
    assert_eq!(
        front_to_back(&archive),
        [("wide".to_owned(), text.clone().into_bytes())]
    );
    let mut read = ZipArchive::new(Cursor::new(archive)).unwrap();
    assert_eq!(
        io::read_to_string(read.by_name("wide").unwrap()).unwrap(),
        text
    );
}

/// Behind a hole of 5 GiB all offsets need Zip64.
#[test]
fn offsets_beyond_4_gib_are_found() {
    const HOLE: u64 = 5 << 30;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("far.zip");
    let mut file = File::create(&path).unwrap();
    file.seek(SeekFrom::Start(HOLE)).unwrap();
    let mut zip = ZipWriter::starting_at(file, HOLE);
    let text = "far away ".repeat(100);
    zip.add("a", WHEN, text.as_bytes()).unwrap();
    zip.add("b", WHEN, "b".as_bytes()).unwrap();
    zip.finish().unwrap();

    let mut read = ZipArchive::new(File::open(&path).unwrap()).unwrap();
    assert!(read.by_name("b").unwrap().header_start() > HOLE);
    assert_eq!(
        io::read_to_string(read.by_name("a").unwrap()).unwrap(),
        text
    );
    if have("unzip") {
        let found = stdout_of(Command::new("unzip").arg("-p").arg(&path).arg("a"), b"");
        assert_eq!(found, text);
    }
    if have("python3") {
        let script = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())";
        let found = stdout_of(
            Command::new("python3").arg("-c").arg(script).arg(&path),
            b"",
        );
        assert_eq!(found.trim(), "None");
    }
}

#[test]
fn more_than_65_535_entries_are_counted() {
    let mut zip = ZipWriter::new(Vec::new());
    for i in 0..70_000 {
        zip.add(&i.to_string(), WHEN, io::empty()).unwrap();
    }
    let archive = zip.finish().unwrap();
    assert_eq!(
        ZipArchive::new(Cursor::new(&archive)).unwrap().len(),
        70_000
    );
    if have("zipinfo") {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&archive).unwrap();
        let listing = stdout_of(Command::new("zipinfo").arg("-h").arg(file.path()), b"");
        assert!(listing.contains("number of entries: 70000"), "{listing}");
    }
}

#[test]
fn an_archive_without_entries_is_one() {
    let archive = ZipWriter::new(Vec::new()).finish().unwrap();
    assert_eq!(archive.len(), 22);
    assert_eq!(ZipArchive::new(Cursor::new(archive)).unwrap().len(), 0);
}

#[test]
fn names_that_could_do_harm_are_refused() {
    let long = "x".repeat(65_536);
    let bad = [
        ("", BadName::Empty),
        ("/etc/passwd", BadName::Absolute),
        ("../up", BadName::Dots),
        ("a/../../up", BadName::Dots),
        ("a/./b", BadName::Dots),
        ("a//b", BadName::EmptyPart),
        ("a/", BadName::EmptyPart),
        ("a\0b", BadName::Nul),
        ("..\\up", BadName::Backslash),
        (&long, BadName::TooLong),
    ];
    let mut zip = ZipWriter::new(Vec::new());
    for (name, expected) in bad {
        let error = zip.add(name, WHEN, io::empty()).unwrap_err();
        assert!(
            matches!(error, ZipError::BadName { why, .. } if why == expected),
            "{error}"
        );
        let error = io::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    zip.add(&long[1..], WHEN, io::empty()).unwrap();
    zip.add("..a/b..", WHEN, io::empty()).unwrap();
    zip.add_entry(Entry::folder("..", WHEN), io::empty())
        .unwrap_err();
    zip.add_entry(Entry::folder("fine/", WHEN), io::empty())
        .unwrap();
    let read = ZipArchive::new(Cursor::new(zip.finish().unwrap())).unwrap();
    assert_eq!(read.len(), 3, "refused entries leave no trace");
    assert_eq!(read.name_for_index(2).unwrap().unwrap(), "fine/");
}

#[test]
fn a_name_can_be_used_once() {
    let mut zip = ZipWriter::new(Vec::new());
    zip.add("a", WHEN, io::empty()).unwrap();
    let again = zip.add("a", WHEN, io::empty()).unwrap_err();
    assert_eq!(again.to_string(), "the archive already has an entry \"a\"");
    let as_folder = zip
        .add_entry(Entry::folder("a", WHEN), io::empty())
        .unwrap_err();
    assert!(
        matches!(as_folder, ZipError::Duplicate { .. }),
        "{as_folder}"
    );
}

/// Gives so many bytes, then fails.
fn failing_after(bytes: u64) -> impl Read {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::TimedOut.into())
        }
    }
    io::repeat(7).take(bytes).chain(Fails)
}

#[test]
fn a_source_that_fails_at_once_leaves_the_archive_whole() {
    let mut zip = ZipWriter::new(Vec::new());
    let error = zip.add("a", WHEN, failing_after(10)).unwrap_err();
    assert!(
        matches!(&error, ZipError::Read { name, .. } if name == "a"),
        "{error}"
    );
    zip.add("a", WHEN, "second try".as_bytes()).unwrap();
    let mut read = ZipArchive::new(Cursor::new(zip.finish().unwrap())).unwrap();
    assert_eq!(
        io::read_to_string(read.by_name("a").unwrap()).unwrap(),
        "second try"
    );
}

#[test]
fn a_source_that_fails_in_the_middle_breaks_the_archive() {
    let mut zip = ZipWriter::new(Vec::new());
    let error = zip.add("a", WHEN, failing_after(200_000)).unwrap_err();
    assert_eq!(io::Error::from(error).kind(), ErrorKind::TimedOut);
    let error = zip.add("b", WHEN, io::empty()).unwrap_err();
    assert!(matches!(error, ZipError::Broken), "{error}");
    assert!(matches!(zip.finish(), Err(ZipError::Broken)));
}

#[test]
fn a_full_sink_is_reported_with_what_was_being_written() {
    let room = &mut [0; 1000][..];
    let mut zip = ZipWriter::new(room);
    zip.add("small", WHEN, io::empty()).unwrap();
    let error = zip.add("large", WHEN, &noise(5000, 4)[..]).unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("cannot write the zip entry \"large\": "),
        "{text}"
    );
    assert_eq!(io::Error::from(error).kind(), ErrorKind::WriteZero);

    let room = &mut [0; 60][..];
    let mut zip = ZipWriter::new(room);
    zip.add("small", WHEN, io::empty()).unwrap();
    let text = zip.finish().map(drop).unwrap_err().to_string();
    assert!(
        text.starts_with("cannot write the central directory: "),
        "{text}"
    );
}
