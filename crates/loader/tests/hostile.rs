//! Files that break their format: an error, and never a panic or memory that the file does not justify.

mod common;

use std::fs;
use std::io;

use common::{cases, output_of, tool};
use loader::bytes::{Malformed, Reason, Table};
use loader::elf::{Elf, Section};
use loader::image::Image;
use loader::libraries::Cache;
use loader::report::text::{self, Part};
use loader::report::{Failure, json};
use proptest::prelude::*;

const PARTS: [Part; 7] = [
    Part::Headers,
    Part::Sections,
    Part::Segments,
    Part::Symbols,
    Part::Dynamic,
    Part::Relocations,
    Part::Notes,
];

/// Takes all that is written, up to far more than a small file can have to say.
struct Limited(usize);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .expect("a report out of all proportion");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads all that there is to read.
fn exhaust(file: &[u8]) {
    let Ok(image) = Image::parse(file) else {
        return;
    };
    for part in PARTS {
        let written = text::write(&image, part, &mut Limited(64 << 20));
        assert!(!matches!(written, Err(Failure::Output(_))));
    }
    let written = json::write(&image, &mut Limited(256 << 20));
    assert!(!matches!(written, Err(Failure::Output(_))));
}

/// A small real file of each kind, made of what is here.
fn small_elf() -> Vec<u8> {
    let candidates = ["/usr/bin/true", "/bin/true", "/usr/bin/env"];
    let file = candidates.iter().find_map(|path| fs::read(path).ok());
    file.filter(|file| file.starts_with(b"\x7fELF"))
        .unwrap_or_else(tiny_elf)
}

/// A header, three sections and one segment.
fn tiny_elf() -> Vec<u8> {
    let mut file = vec![0; 64 + 56 + 3 * 64 + 32];
    file[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\x00");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    put(16, &[3, 0, 62, 0, 1, 0, 0, 0]);
    put(32, &64_u64.to_le_bytes());
    put(40, &120_u64.to_le_bytes());
    put(52, &[64, 0, 56, 0, 1, 0, 64, 0, 3, 0, 2, 0]);
    put(64, &[1, 0, 0, 0, 4, 0, 0, 0]);
    put(120 + 64, &[1, 0, 0, 0, 2, 0, 0, 0]);
    put(120 + 128, &[1, 0, 0, 0, 3, 0, 0, 0]);
    put(120 + 128 + 24, &312_u64.to_le_bytes());
    put(120 + 128 + 32, &32_u64.to_le_bytes());
    put(313, b".name\0");
    file
}

/// A change of a few bytes, most often in the first kilobyte, where the tables of contents are.
fn damage() -> impl Strategy<Value = Vec<(prop::sample::Index, bool, u64, usize)>> {
    let place = (any::<prop::sample::Index>(), any::<bool>());
    let value = prop_oneof![
        Just(0_u64),
        Just(u64::MAX),
        Just(1 << 63),
        0_u64..4096,
        any::<u64>()
    ];
    let width = prop_oneof![Just(1_usize), Just(2), Just(4), Just(8)];
    let change =
        (place, value, width).prop_map(|((at, early), value, width)| (at, early, value, width));
    prop::collection::vec(change, 1..6)
}

fn damaged(
    file: &[u8],
    changes: &[(prop::sample::Index, bool, u64, usize)],
    keep: usize,
) -> Vec<u8> {
    let mut file = file.to_vec();
    for (at, early, value, width) in changes {
        let end = if *early {
            file.len().min(1024)
        } else {
            file.len()
        };
        let at = at.index(end);
        let width = (*width).min(file.len() - at);
        file[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
    }
    file.truncate(keep.max(1));
    file
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_bytes_behind_any_magic(
        magic in prop::sample::select(vec![
            &b"\x7fELF\x02\x01\x01"[..], b"\x7fELF\x01\x02\x01", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
            b"\xca\xfe\xba\xbe\0\0\0\x02", b"MZ", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..2048),
    ) {
        let file = [magic, &rest].concat();
        exhaust(&file);
    }

    #[test]
    fn a_damaged_program(changes in damage(), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        let file = small_elf();
        let keep = if whole { file.len() } else { cut.index(file.len()) };
        exhaust(&damaged(&file, &changes, keep));
    }

    #[test]
    fn a_damaged_tiny_file(changes in damage()) {
        let file = tiny_elf();
        exhaust(&damaged(&file, &changes, file.len()));
    }

    #[test]
    fn damaged_files_of_macos_and_windows(changes in damage(), which in 0_usize..3) {
        let file = [common::samples::macho, common::samples::fat, common::samples::pe][which]();
        exhaust(&damaged(&file, &changes, file.len()));
    }

    #[test]
    fn any_cache(rest in prop::collection::vec(any::<u8>(), 0..512)) {
        let file = [b"glibc-ld.so.cache1.1", &rest[..]].concat();
        let _ = Cache::parse(&file);
    }
}

#[test]
fn an_error_has_its_place_and_its_reason() {
    let mut file = tiny_elf();
    file[60..62].copy_from_slice(&9_u16.to_le_bytes());
    let error = Elf::parse(&file).unwrap_err();
    // 3 sections and 32 bytes are there behind offset 120, and half of a fourth.
    assert_eq!(
        error.to_string(),
        "section header 3 at 0x138: 64 bytes end past the 344 bytes that are there"
    );

    let error = Elf::parse(&file[..20]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ELF header at 0x10: 48 bytes end past the 20 bytes that are there"
    );
}

#[test]
fn entries_that_would_overlap_are_refused() {
    let file = tiny_elf();
    let elf = Elf::parse(&file).unwrap();
    let bytes = elf.file();
    let table: Result<Table<'_, Section>, Malformed> = Table::new(bytes, 1, elf.layout());
    assert!(matches!(
        table.unwrap_err().reason,
        Reason::EntrySize { size: 1, least: 64 }
    ));
}

#[test]
fn a_count_of_billions_allocates_nothing() {
    let mut file = tiny_elf();
    // The number of sections is in the first of them when the header says none.
    file[60..62].copy_from_slice(&[0, 0]);
    file[120 + 32..120 + 40].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(Elf::parse(&file).is_err());
}

#[test]
fn the_tool_names_the_file_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut");
    fs::write(&path, &tiny_elf()[..200]).unwrap();
    for command in ["headers", "sections", "symbols", "dump", "ldd"] {
        let output = tool(&[command, path.to_str().unwrap()]).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(
            error.starts_with("loader: cannot read /") && error.contains("cut: "),
            "{error}"
        );
        assert!(error.contains("section header 1 at 0xb8"), "{error}");
    }
}

#[test]
fn a_closed_pipe_ends_the_tool_quietly() {
    let file = std::env::current_exe().unwrap();
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    for command in ["symbols", "dump"] {
        let mut tool = tool(&[command, file.to_str().unwrap()]);
        let output = tool.stdout(writer.try_clone().unwrap()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command}");
        assert_eq!(output.stderr, b"", "{command}");
    }
}

#[test]
fn names_do_not_command_the_terminal() {
    let mut file = tiny_elf();
    file[313..318].copy_from_slice(b"\x1b[31m");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("red");
    fs::write(&path, &file).unwrap();
    let output = output_of(&mut tool(&["sections", path.to_str().unwrap()]));
    assert!(!output.contains(&0x1b));
}
