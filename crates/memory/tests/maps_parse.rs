//! `/proc/PID/maps` and `smaps` as text: samples, any bytes, and what was written reads back.

mod common;

use common::cases;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use memory::maps::{AddressSpace, Area, Kind, ParseError, Permissions, parse_maps, parse_smaps};
use proptest::prelude::*;

const SAMPLE: &str = "\
55d0a0000000-55d0a0002000 r--p 00000000 fe:00 247030                     /usr/bin/cat
55d0a0002000-55d0a0007000 r-xp 00002000 fe:00 247030                     /usr/bin/cat
55d0a0007000-55d0a0008000 rw-p 00007000 fe:00 247030                     /usr/bin/cat
55d0a0008000-55d0a000a000 rw-p 00000000 00:00 0 
55d0a1000000-55d0a1021000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000001000 ---p 00000000 00:00 0 
7f0000001000-7f0000201000 rw-p 00000000 00:00 0 
7f0000300000-7f0000301000 rw-s 00000000 00:01 9                          /memfd:x (deleted)
7f0000400000-7f0000401000 r-xp 00000000 fe:00 99                         /usr/lib/libc.so.6
7f0000401000-7f0000402000 rw-p 00001000 fe:00 99                         /usr/lib/libc.so.6
7f0000402000-7f0000403000 rw-p 00000000 00:00 0 
7f0000500000-7f0000501000 r--s 00000000 fe:00 7                          /a b\\012c
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]
7ffc00030000-7ffc00032000 r-xp 00000000 00:00 0                          [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
";

#[test]
fn a_sample() {
    let areas = parse_maps(SAMPLE.as_bytes()).unwrap();
    assert_eq!(areas.len(), 15);
    let text = &areas[1];
    assert_eq!(text.range, 0x55d0_a000_2000..0x55d0_a000_7000);
    assert_eq!(text.permissions.to_string(), "r-xp");
    assert_eq!(
        (text.offset, text.device, text.inode),
        (0x2000, (0xfe, 0), 247_030)
    );
    assert_eq!(text.path(), Some(Path::new("/usr/bin/cat")));
    assert_eq!(text.short_name(), "cat");
    assert_eq!(areas[3].name, "");
    assert_eq!(areas[11].name, "/a b\nc");
    assert!(areas[5].is_inaccessible() && areas[7].permissions.shared);
}

#[test]
fn kinds_of_the_sample() {
    use Kind::*;
    let areas = parse_maps(SAMPLE.as_bytes()).unwrap();
    let space = AddressSpace::new(areas, Some(PathBuf::from("/usr/bin/cat")));
    let kinds: Vec<Kind> = space.iter().map(|(_, kind)| kind).collect();
    assert_eq!(
        kinds,
        [
            Constants,
            Text,
            Data,
            Data,
            Heap,
            Guard,
            Anonymous,
            SharedMemory,
            Library,
            Library,
            Library,
            File,
            Stack,
            Vdso,
            Vdso
        ]
    );
    assert_eq!(space.totals_of(Library).size, 0x3000);
    assert_eq!(space.totals().areas, 15);
    let (area, kind) = space.find(0x7ffc_0002_0fff).unwrap();
    assert_eq!((area.name.as_os_str(), kind), ("[stack]".as_ref(), Stack));
    assert!(space.find(0x7ffc_0002_1000).is_none());
    assert!(space.find(0).is_none());
    assert!(
        space
            .gaps()
            .any(|gap| gap == (0x7ffc_0002_1000..0x7ffc_0003_0000))
    );
}

#[test]
fn values_belong_to_the_area_before_them() {
    let text = "\
1000-3000 rw-p 00000000 00:00 0 
Size:                  8 kB
Rss:                   8 kB
Pss:                   4 kB
Private_Dirty:         8 kB
AnonHugePages:         2 kB
FilePmdMapped:         1 kB
THPeligible:           0
VmFlags: rd mr mw me 
3000-4000 rw-p 00000000 00:00 0                                          [anon: a: b]
Rss:                   4 kB
";
    let areas = parse_smaps(text.as_bytes()).unwrap();
    let first = areas[0].usage.unwrap();
    assert_eq!((first.resident, first.proportional), (8192, 4096));
    assert_eq!(
        (first.private(), first.shared(), first.huge),
        (8192, 0, 3072)
    );
    assert_eq!(areas[1].name, "[anon: a: b]");
    assert_eq!(areas[1].usage.unwrap().resident, 4096);
}

#[test]
fn wrong_lines_are_named() {
    let error = |text: &str| parse_smaps(text.as_bytes()).unwrap_err();
    let good = "1000-2000 rw-p 00000000 00:00 0 \n";
    let wrong = [
        ("2000-1000 rw-p 0 0:0 0", "no range of addresses"),
        ("1000-1000 rw-p 0 0:0 0", "no range of addresses"),
        ("+1000-2000 rw-p 0 0:0 0", "no range of addresses"),
        ("3000-4000 rwxz 0 0:0 0", "no permissions"),
        ("3000-4000 wr-p 0 0:0 0", "no permissions"),
        ("3000-4000 rw-p x 0:0 0", "no offset"),
        ("3000-4000 rw-p 0 0.0 0", "no device"),
        ("3000-4000 rw-p 0 0:0 f", "no inode"),
        (
            "1000-3000 rw-p 0 0:0 0",
            "the area begins before the last one ends",
        ),
        ("Rss: 4", "not a number of kB"),
        ("Rss: 99999999999999999 kB", "not a number of kB"),
        ("", "no range of addresses"),
    ];
    for (line, reason) in wrong {
        let text = format!("{good}{line}\n");
        assert_eq!(error(&text), ParseError { line: 2, reason }, "{line}");
    }
    assert_eq!(error("Rss: 4 kB\n").reason, "a value before the first area");
    assert_eq!(parse_maps(b""), Ok(Vec::new()));
}

/// As the kernel writes it (`show_map_vma` in fs/proc/task_mmu.c).
fn written(area: &Area) -> Vec<u8> {
    let (major, minor) = area.device;
    let mut line = format!(
        "{:08x}-{:08x} {} {:08x} {major:02x}:{minor:02x} {} ",
        area.range.start, area.range.end, area.permissions, area.offset, area.inode
    )
    .into_bytes();
    if !area.name.is_empty() {
        line.resize(line.len().max(73), b' ');
        for byte in area.name.clone().into_vec() {
            match byte {
                b'\n' => line.extend_from_slice(br"\012"),
                byte => line.push(byte),
            }
        }
    }
    line.push(b'\n');
    line
}

prop_compose! {
    fn permissions()(read: bool, write: bool, execute: bool, shared: bool) -> Permissions {
        Permissions { read, write, execute, shared }
    }
}

prop_compose! {
    fn area()(
        gap in 0u64..1 << 40,
        size in 1u64..1 << 40,
        permissions in permissions(),
        offset: u64,
        device: (u32, u32),
        inode: u64,
        // A backslash could be the beginning of what looks like an escape.
        name in prop::collection::vec(any::<u8>().prop_filter("no escape", |&b| b != b'\\'), 0..20),
    ) -> Area {
        let mut path = name;
        if !path.is_empty() {
            path.insert(0, b'/');
        }
        Area {
            range: gap..gap + size,
            permissions,
            offset,
            device,
            inode,
            name: OsString::from_vec(path),
            usage: None,
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn what_is_written_reads_back(mut areas in prop::collection::vec(area(), 0..8)) {
        let mut end = 0;
        for area in &mut areas {
            area.range = area.range.start + end..area.range.end + end;
            end = area.range.end;
        }
        let text: Vec<u8> = areas.iter().flat_map(written).collect();
        prop_assert_eq!(parse_maps(&text), Ok(areas));
    }

    #[test]
    fn any_bytes_are_areas_or_an_error(text: Vec<u8>) {
        let _ = parse_maps(&text);
        let _ = parse_smaps(&text);
    }

    #[test]
    fn nearly_right_text_is_areas_or_an_error(
        mut text in Just(SAMPLE.as_bytes().to_vec()),
        place in 0..SAMPLE.len(),
        byte: u8,
    ) {
        text[place] = byte;
        if let Ok(areas) = parse_maps(&text) {
            let space = AddressSpace::new(areas, None);
            prop_assert!(space.areas().is_sorted_by_key(|area| area.range.start));
            let _ = (space.totals(), memory::picture::space(&space), memory::picture::table(&space));
        }
    }
}
