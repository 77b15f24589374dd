//! What a process has in memory of its file is what the segments say, with their permissions.
//!
//! The kernel looks at no section. It maps each `PT_LOAD` segment, rounded to whole pages; where the
//! file should be in memory is up to chance, and the same distance for all. Two more things happen before
//! `main`: the dynamic linker fills in addresses, and then takes away the right to write from where
//! they are (`PT_GNU_RELRO`).
//!
//! Linux only: the picture comes from /proc.

use std::error::Error;
use std::fs;

use loader::bytes::Mapped;
use loader::elf::segment::{PF_R, PF_W, PF_X, PT_GNU_RELRO, PT_LOAD};
use loader::elf::{Elf, Segment};

/// A line of /proc/self/maps that belongs to this program's file.
struct Map {
    start: u64,
    end: u64,
    permissions: String,
}

fn maps_of(path: &str) -> Result<Vec<Map>, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/self/maps")?;
    let lines = text.lines().filter(|line| line.ends_with(path));
    let maps = lines.map(|line| {
        let (range, rest) = line.split_once(' ').ok_or("a line without a range")?;
        let (start, end) = range.split_once('-').ok_or("a range without an end")?;
        Ok(Map {
            start: u64::from_str_radix(start, 16)?,
            end: u64::from_str_radix(end, 16)?,
            permissions: rest[..3].to_owned(),
        })
    });
    maps.collect()
}

fn permissions(segment: &Segment) -> String {
    [(PF_R, 'r'), (PF_W, 'w'), (PF_X, 'x')]
        .map(|(flag, letter)| {
            if segment.flags & flag != 0 {
                letter
            } else {
                '-'
            }
        })
        .iter()
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::current_exe()?;
    let maps = maps_of(path.to_str().ok_or("a path that is not text")?)?;
    let file = Mapped::open(&path)?;
    let elf = Elf::parse(&file)?;
    let segments: Vec<Segment> = elf.segments().iter().collect();
    // The first segment starts at 0 of the file; everything is as far from its address as that one.
    let loads = || segments.iter().filter(|segment| segment.kind == PT_LOAD);
    let first = loads().next().ok_or("nothing to load")?;
    let base = maps[0].start - first.virtual_address;
    let relro = segments.iter().find(|segment| segment.kind == PT_GNU_RELRO);

    for segment in loads() {
        let end = segment.virtual_address + segment.file_size - 1;
        let map = maps
            .iter()
            .find(|map| (map.start..map.end).contains(&(base + end)));
        let map = map.ok_or("a segment that is not in memory")?;
        println!(
            "{:>8x} {} is at {:x}, {}",
            segment.virtual_address,
            permissions(segment),
            base + segment.virtual_address,
            map.permissions
        );
        let sealed = relro.is_some_and(|relro| {
            (relro.virtual_address..relro.virtual_address + relro.memory_size).contains(&end)
        });
        let expected = if sealed {
            "r--".into()
        } else {
            permissions(segment)
        };
        assert_eq!(map.permissions, expected);
    }
    assert!(
        maps.iter().all(|map| map.permissions != "rwx"),
        "nothing is writable and executable"
    );
    Ok(())
}
