//! The kinds of map: who sees what, and what is written where.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::Ordering;

use mmap::map::{
    Advice, Anonymous, Code, Family, Guarded, Private, Shared, View, page_size, resident_pages,
};

const TEXT: &[u8] = b"0123456789ABCDEF";

fn file_with(contents: &[u8]) -> (tempfile::TempDir, File) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, contents).unwrap();
    (folder, open(&path))
}

fn open(path: &Path) -> File {
    File::options().read(true).write(true).open(path).unwrap()
}

#[test]
fn a_shared_map_writes_the_file() {
    let (folder, file) = file_with(TEXT);
    let map = Shared::map(&file).unwrap();
    map.write_at(9, b"X");
    assert_eq!(
        fs::read(folder.path().join("file")).unwrap(),
        b"012345678XABCDEF"
    );
    map.flush().unwrap();
    map.flush_async().unwrap();
    map.flush_range(9, 1).unwrap();
    let mut back = [0; 3];
    map.read_at(8, &mut back);
    assert_eq!(&back, b"8XA");
}

#[test]
fn a_shared_map_sees_what_others_write() {
    let (_folder, file) = file_with(TEXT);
    let map = Shared::map(&file).unwrap();
    file.write_all_at(b"zz", 2).unwrap();
    let mut back = [0; 4];
    map.read_at(1, &mut back);
    assert_eq!(&back, b"1zz4");
}

#[test]
#[should_panic(expected = "range end index")]
fn a_shared_map_cannot_be_written_behind_its_end() {
    let (_folder, file) = file_with(TEXT);
    Shared::map(&file).unwrap().write_at(15, b"XY");
}

#[test]
fn a_private_map_does_not_write_the_file() {
    let (folder, file) = file_with(TEXT);
    // SAFETY: nobody else knows the file.
    let mut map = unsafe { Private::map(&file) }.unwrap();
    map[9] = b'X';
    assert_eq!(&map[..], b"012345678XABCDEF");
    assert_eq!(fs::read(folder.path().join("file")).unwrap(), TEXT);
}

#[test]
fn a_view_of_a_range_need_not_begin_at_a_page() {
    let contents: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
    let (_folder, file) = file_with(&contents);
    // SAFETY: nobody else knows the file.
    let view = unsafe { View::map_range(&file, 4099..70_001) }.unwrap();
    assert_eq!(&view[..], &contents[4099..70_001]);
    view.advise(Advice::Sequential).unwrap();
    view.forget_pages().unwrap();
    assert_eq!(&view[..], &contents[4099..70_001]);
    assert_eq!(
        resident_pages(&view).unwrap(),
        (70_001 / page_size()) + 1 - 4099 / page_size()
    );
}

#[test]
fn an_empty_file_is_an_empty_map() {
    let (_folder, file) = file_with(b"");
    // SAFETY: nobody else knows the file.
    assert!(unsafe { View::map(&file) }.unwrap().is_empty());
    assert!(Shared::map(&file).unwrap().bytes().is_empty());
    let guarded = Guarded::map(file).unwrap();
    assert_eq!(guarded.len(), 0);
    guarded.read_at(0, &mut []).unwrap();
}

#[test]
fn what_has_no_pages_cannot_be_mapped() {
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(TEXT).unwrap();
    let pipe = File::from(std::os::fd::OwnedFd::from(reader));
    // SAFETY: nothing is mapped.
    assert!(unsafe { View::map_range(&pipe, 0..16) }.is_err());
    assert!(Guarded::map(File::open("/").unwrap()).is_err());
}

#[test]
fn untouched_anonymous_memory_is_not_there() {
    let page = page_size();
    let mut map = Anonymous::new(64 * page).unwrap();
    assert_eq!(resident_pages(&map).unwrap(), 0);
    map[10 * page] = 1;
    assert!(resident_pages(&map).unwrap() >= 1);
    assert!(map.iter().map(|&byte| u32::from(byte)).sum::<u32>() == 1);
}

#[test]
fn a_family_is_zeros_at_first() {
    let family = Family::new(NonZero::new(1000).unwrap()).unwrap();
    assert_eq!(family.words().len(), 1000);
    assert!(
        family
            .words()
            .iter()
            .all(|word| word.load(Ordering::Relaxed) == 0)
    );
    family.words()[999].fetch_add(1, Ordering::Relaxed);
}

#[test]
fn code_runs() {
    let instructions: &[u8] = if cfg!(target_arch = "x86_64") {
        &[0xb8, 42, 0, 0, 0, 0xc3]
    } else {
        &[0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6]
    };
    let code = Code::new(instructions).unwrap();
    // SAFETY: `mov eax, 42; ret`, or the same for arm64.
    assert_eq!(unsafe { code.call() }, 42);
}

#[test]
fn a_guarded_map_reads_any_range() {
    let contents: Vec<u8> = (0..50_000u32).map(|n| (n * 7) as u8).collect();
    let (_folder, file) = file_with(&contents);
    let guarded = Guarded::map(file).unwrap();
    for (offset, len) in [
        (0, 50_000),
        (1, 7),
        (3, 29),
        (4095, 2),
        (49_999, 1),
        (50_000, 0),
    ] {
        let mut buffer = vec![0; len];
        guarded.read_at(offset, &mut buffer).unwrap();
        assert_eq!(
            buffer,
            contents[offset..offset + len],
            "{len} bytes at {offset}"
        );
    }
}

#[test]
fn guarded_slots_are_used_again() {
    for round in 0..200u8 {
        let (_folder, file) = file_with(&[round; 3]);
        let guarded = Guarded::map(file).unwrap();
        let mut buffer = [0; 3];
        guarded.read_at(0, &mut buffer).unwrap();
        assert_eq!(buffer, [round; 3]);
    }
}

#[test]
fn a_view_is_what_read_gives() {
    let path = std::env::current_exe().unwrap();
    let mut file = File::open(path).unwrap();
    // SAFETY: the program that runs is not written to.
    let view = unsafe { View::map(&file) }.unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    assert!(view[..] == bytes[..]);
}
