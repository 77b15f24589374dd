//! The gzip writer: whatever way the bytes come, any gunzip gives them back.

mod common;

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use common::{cases, have, read_all, run, text};
use flate2::read::{GzDecoder, MultiGzDecoder};
use io_writer::gzip::Gzip;
use proptest::prelude::*;

/// Longer than any one block.
const LONG: usize = 1_300_000;

fn compress(gzip: Gzip, bytes: &[u8]) -> Vec<u8> {
    let mut out = gzip.writer(Vec::new());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn decompress(file: &[u8]) -> io::Result<Vec<u8>> {
    read_all(MultiGzDecoder::new(file))
}

/// Half text, half noise, which deflate can only store.
fn mixed(length: usize) -> Vec<u8> {
    let mut bytes = text(length);
    let mut state = 7u64;
    for byte in &mut bytes[length / 2..] {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1);
        *byte = (state >> 56) as u8;
    }
    bytes
}

#[derive(Debug, Clone)]
enum Step {
    Write(usize),
    Flush,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Around the sizes at which something begins or ends: 32 KiB of dictionary, a block, two.
    let edge = prop_oneof![Just(32 << 10), Just(128 << 10), Just(256 << 10)];
    let near =
        (edge, -2..=2isize).prop_map(|(edge, off): (usize, _)| edge.saturating_add_signed(off));
    let step = prop_oneof![
        3 => (0..100usize).prop_map(Step::Write),
        3 => near.prop_map(Step::Write),
        1 => (0..400_000usize).prop_map(Step::Write),
        1 => Just(Step::Flush),
    ];
    proptest::collection::vec(step, 0..8)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn what_goes_in_comes_out(steps in steps(), level in 0..=9u32, threads in 0..4usize) {
        let source = mixed(400_000);
        let mut written = Vec::new();
        let mut out = Gzip::new().level(level).threads(threads).writer(Vec::new());
        for step in steps {
            match step {
                Step::Write(length) => {
                    out.write_all(&source[..length]).unwrap();
                    written.extend_from_slice(&source[..length]);
                }
                Step::Flush => {
                    out.flush().unwrap();
                    // Everything so far can be read, though the end is still missing.
                    let mut so_far = vec![0; written.len()];
                    GzDecoder::new(&out.get_ref()[..]).read_exact(&mut so_far).unwrap();
                    prop_assert!(so_far == written);
                }
            }
        }
        let file = out.finish().unwrap();
        prop_assert!(decompress(&file).unwrap() == written);
    }
}

#[test]
fn threads_do_not_change_the_bytes() {
    let input = mixed(3 * LONG);
    let alone = compress(Gzip::new().threads(1), &input);
    for threads in [2, 3, 8] {
        for _ in 0..3 {
            assert!(compress(Gzip::new().threads(threads), &input) == alone);
        }
    }
}

#[test]
fn gunzip_agrees() {
    if !have("gzip") {
        return;
    }
    for length in [0, 1, 128 << 10, LONG] {
        let input = mixed(length);
        let file = compress(Gzip::new().file_name("a name.txt").threads(2), &input);
        let output = run(Command::new("gzip").arg("-dc").stdin_piped(), &file);
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout == input);
        assert!(
            run(Command::new("gzip").arg("-t").stdin_piped(), &file)
                .status
                .success()
        );
    }
}

trait Piped {
    fn stdin_piped(&mut self) -> &mut Command;
}

impl Piped for Command {
    fn stdin_piped(&mut self) -> &mut Command {
        use std::process::Stdio;
        self.stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
    }
}

#[test]
fn no_larger_than_gzip_at_6() {
    if !have("gzip") {
        return;
    }
    // The text that the default level was chosen for is source text.
    let mut source = Vec::new();
    for part in ["src", "tests"] {
        for entry in fs::read_dir(format!("{}/{part}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                source.extend(fs::read(path).unwrap());
            }
        }
    }
    let theirs = run(Command::new("gzip").arg("-6c").stdin_piped(), &source).stdout;
    let ours = compress(Gzip::new(), &source);
    assert!(
        ours.len() <= theirs.len(),
        "{} against {}",
        ours.len(),
        theirs.len()
    );
}

#[test]
fn the_header_is_that_of_rfc_1952() {
    let time = UNIX_EPOCH + Duration::from_secs(0x0102_0304);
    let file = compress(
        Gzip::new().file_name("test.txt").modified(time).level(9),
        b"hello",
    );
    assert_eq!(file[..2], [0x1f, 0x8b], "ID1, ID2");
    assert_eq!(file[2], 8, "CM: deflate");
    assert_eq!(file[3], 1 << 3, "FLG: FNAME alone");
    assert_eq!(file[4..8], [4, 3, 2, 1], "MTIME, little-endian");
    assert_eq!(file[8], 2, "XFL: slowest algorithm");
    assert_eq!(file[9], 3, "OS: Unix");
    assert_eq!(file[10..19], *b"test.txt\0", "FNAME");
    let trailer = &file[file.len() - 8..];
    assert_eq!(
        trailer[..4],
        crc32fast::hash(b"hello").to_le_bytes(),
        "CRC32"
    );
    assert_eq!(trailer[4..], 5u32.to_le_bytes(), "ISIZE");
}

#[test]
fn without_a_name_the_header_is_ten_bytes() {
    let file = compress(Gzip::new().level(1), b"");
    assert_eq!(file[..10], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);
    assert_eq!(file[file.len() - 8..], [0; 8]);
    assert_eq!(decompress(&file).unwrap(), b"");
}

#[test]
fn times_that_do_not_fit_are_left_out() {
    let before = UNIX_EPOCH - Duration::from_secs(1);
    let after = UNIX_EPOCH + Duration::from_secs(1 << 32);
    for time in [before, after] {
        assert_eq!(compress(Gzip::new().modified(time), b"")[4..8], [0; 4]);
    }
    let now = compress(Gzip::new().modified(SystemTime::now()), b"");
    assert_ne!(now[4..8], [0; 4]);
}

#[test]
fn names_are_latin_1() {
    let file = compress(Gzip::new().file_name("Käse £5"), b"");
    assert_eq!(file[10..18], *b"K\xe4se \xa35\0");
    for name in ["日本語", "nul\0inside"] {
        let mut out = Gzip::new().file_name(name).writer(Vec::new());
        let error = out.write(b"x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("file name"), "{error}");
        assert_eq!(out.flush().unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(out.finish().unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn without_finish_the_end_is_missing() {
    for length in [10, LONG] {
        let mut file = Vec::new();
        let mut out = Gzip::new().writer(&mut file);
        out.write_all(&text(length)).unwrap();
        out.flush().unwrap();
        drop(out);
        let error = decompress(&file).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }
}

#[test]
fn members_add_up() {
    let file = [
        compress(Gzip::new(), b"first, "),
        compress(Gzip::new(), b"second"),
    ]
    .concat();
    assert_eq!(decompress(&file).unwrap(), b"first, second");
}

/// Takes `room` bytes and then fails.
struct Disk {
    room: usize,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(ErrorKind::StorageFull.into());
        }
        let n = bytes.len().min(self.room);
        self.room -= n;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_comes_back_from_every_call_after() {
    for threads in [1, 3] {
        let mut out = Gzip::new().threads(threads).writer(Disk { room: 1000 });
        let noise = mixed(2 * LONG);
        let error = out.write_all(&noise).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        assert_eq!(
            out.write(b"more").unwrap_err().kind(),
            ErrorKind::StorageFull
        );
        assert_eq!(out.finish().err().unwrap().kind(), ErrorKind::StorageFull);
    }
}

#[test]
fn a_disk_that_is_full_at_the_end_fails_finish() {
    let whole = compress(Gzip::new(), b"small").len();
    for room in 0..whole {
        let mut out = Gzip::new().writer(Disk { room });
        out.write_all(b"small").unwrap();
        assert_eq!(
            out.finish().err().unwrap().kind(),
            ErrorKind::StorageFull,
            "{room}"
        );
    }
    let mut out = Gzip::new().writer(Disk { room: whole });
    out.write_all(b"small").unwrap();
    assert_eq!(out.finish().unwrap().room, 0);
}
