//! Which functions begin where in a stopped process.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::unistd::Pid;

use crate::bytes::Mapped;
use crate::disasm::Names;
use crate::elf::Elf;
use crate::elf::segment::{PF_X, PT_LOAD};

/// A function in memory.
pub(super) struct Entry {
    pub(super) module: PathBuf,
    pub(super) name: String,
}

/// All functions of all files that the process has mapped to run.
#[derive(Default)]
pub(super) struct Modules {
    entries: HashMap<u64, Entry>,
    /// Where memory begins whose file has been read.
    known: HashSet<u64>,
}

impl Modules {
    /// The function that begins at `address`.
    pub(super) fn entry(&self, address: u64) -> Option<&Entry> {
        self.entries.get(&address)
    }

    /// Reads the files that the process has mapped since the last time; their functions' addresses.
    pub(super) fn update(&mut self, process: Pid) -> io::Result<Vec<u64>> {
        let mut before: HashSet<u64> = self.entries.keys().copied().collect();
        self.read_maps(process)?;
        Ok(self
            .entries
            .keys()
            .copied()
            .filter(|address| before.insert(*address))
            .collect())
    }

    /// `START-END PERMISSIONS OFFSET DEVICE INODE PATH`
    fn read_maps(&mut self, process: Pid) -> io::Result<()> {
        let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
        for line in maps.lines() {
            let mut words = line.splitn(6, ' ').map(str::trim);
            let range = words.next().and_then(|range| range.split_once('-'));
            let permissions = words.next().unwrap_or_default();
            let offset = words.next().map(hex).unwrap_or_default();
            let path = words.last().unwrap_or_default();
            let Some((start, end)) = range.map(|(start, end)| (hex(start), hex(end))) else {
                continue;
            };
            if permissions.contains('x') && self.known.insert(start) {
                self.read_module(Path::new(path), start..end, offset);
            }
        }
        Ok(())
    }

    /// What is no readable ELF file, such as the vDSO, has no names.
    fn read_module(&mut self, path: &Path, range: std::ops::Range<u64>, offset: u64) {
        let Ok(bytes) = Mapped::open(path) else {
            return;
        };
        let Ok(elf) = Elf::parse(&bytes) else { return };
        let code = |segment: &crate::elf::Segment| {
            let page = segment.offset & !0xfff;
            segment.kind == PT_LOAD && segment.flags & PF_X != 0 && page == offset & !0xfff
        };
        let Some(segment) = elf.segments().iter().find(code) else {
            return;
        };
        let linked = segment
            .virtual_address
            .wrapping_sub(segment.offset)
            .wrapping_add(offset);
        let bias = range.start.wrapping_sub(linked);
        for name in Names::of(&elf).iter() {
            let address = name.address.wrapping_add(bias);
            // The entry point is a label without a type in some start files.
            let is_entry = name.is_function || name.text == "_start";
            if is_entry && range.contains(&address) {
                self.entries.entry(address).or_insert_with(|| Entry {
                    module: path.to_owned(),
                    name: name.text.clone(),
                });
            }
        }
    }
}

/// The name of the function that the programmer calls main: Go's `main.main`; in a Rust program, which
/// has std's `lang_start`, the `main` of a crate; else `main`. None in a stripped file.
pub(super) fn main_of(program: &Path) -> Option<String> {
    let bytes = Mapped::open(program).ok()?;
    let names = Names::of(&Elf::parse(&bytes).ok()?);
    let functions = || {
        names
            .iter()
            .filter(|name| name.is_function)
            .map(|name| &name.text)
    };
    let go = functions().find(|name| *name == "main.main");
    let is_rust = functions().any(|name| name.starts_with("std::rt::lang_start"));
    let of_crate = |name: &&String| {
        let parts = name.split_once("::");
        is_rust && parts.is_some_and(|(of, what)| what == "main" && of != "std")
    };
    let c = || functions().find(|name| *name == "main");
    go.or_else(|| functions().find(of_crate))
        .or_else(c)
        .cloned()
}

fn hex(digits: &str) -> u64 {
    u64::from_str_radix(digits, 16).unwrap_or_default()
}
