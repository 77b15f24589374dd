//! The dump against the real `hexdump -C`.

mod common;

use std::io::{self, ErrorKind, Write};
use std::process::Command;

use common::{cases, have, run};
use io_reader::hex::HexDump;
use proptest::prelude::*;

/// What hexdump prints of `bytes`. In the C locale, where only ASCII is printable.
fn hexdump(bytes: &[u8], skip: usize) -> String {
    let mut command = Command::new("hexdump");
    command.env("LC_ALL", "C").arg("-C");
    // From a file: some systems' hexdump cannot skip in a pipe.
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    command.arg("-s").arg(skip.to_string()).arg(file.path());
    let output = run(&mut command, b"");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn ours(bytes: &[u8], offset: u64, sizes: &[usize]) -> String {
    let mut dump = HexDump::starting_at(Vec::new(), offset);
    let mut rest = bytes;
    for &size in sizes {
        let (piece, after) = rest.split_at(size.min(rest.len()));
        dump.write_all(piece).unwrap();
        rest = after;
    }
    dump.write_all(rest).unwrap();
    String::from_utf8(dump.finish().unwrap()).unwrap()
}

/// Bytes in runs, so that many rows repeat.
fn runs() -> impl Strategy<Value = Vec<u8>> {
    let run = (prop_oneof![Just(0_u8), any::<u8>()], 1_usize..70);
    proptest::collection::vec(run, 0..8).prop_map(|runs| {
        let runs = runs.into_iter();
        runs.flat_map(|(byte, len)| std::iter::repeat_n(byte, len))
            .collect()
    })
}

#[test]
fn prints_what_hexdump_prints() {
    if !have("hexdump") {
        return;
    }
    let input = (
        runs(),
        0_usize..100,
        proptest::collection::vec(0_usize..40, 0..10),
    );
    let mut runner = proptest::test_runner::TestRunner::new(cases(100));
    runner
        .run(&input, |(bytes, skip, sizes)| {
            let skip = skip.min(bytes.len());
            let dump = ours(&bytes[skip..], skip as u64, &sizes);
            prop_assert_eq!(dump, hexdump(&bytes, skip));
            Ok(())
        })
        .unwrap();
}

#[test]
fn all_bytes_print_as_hexdump_prints_them() {
    if !have("hexdump") {
        return;
    }
    let bytes: Vec<u8> = (0..=255).collect();
    assert_eq!(ours(&bytes, 0, &[]), hexdump(&bytes, 0));
}

#[test]
fn nothing_written_is_nothing_printed() {
    assert_eq!(ours(b"", 0, &[]), "");
}

#[test]
fn rows_that_repeat_are_one_star() {
    let expected = "\
00000000  61 61 61 61 61 61 61 61  61 61 61 61 61 61 61 61  |aaaaaaaaaaaaaaaa|
*
00000030  61                                                |a|
00000031
";
    assert_eq!(ours(&[b'a'; 49], 0, &[]), expected);
}

#[test]
fn offsets_beyond_32_bits_take_the_room_they_need() {
    let dump = ours(b"x", 0x1_2345_6789, &[]);
    assert!(dump.starts_with("123456789  78 "), "{dump}");
    assert!(dump.ends_with("|x|\n12345678a\n"), "{dump}");
}

#[test]
fn a_failed_write_takes_no_bytes() {
    /// Fails as long as it is told to.
    struct Fails(bool, Vec<u8>);
    impl Write for Fails {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if std::mem::take(&mut self.0) {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.1.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let bytes = *b"a full row of 16";
    let mut dump = HexDump::new(Fails(true, Vec::new()));
    assert_eq!(dump.write(&bytes[..10]).unwrap(), 10);
    assert_eq!(
        dump.write(&bytes[10..]).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    dump.write_all(&bytes[10..]).unwrap();
    let printed = String::from_utf8(dump.finish().unwrap().1).unwrap();
    assert_eq!(printed, ours(&bytes, 0, &[]));
}
