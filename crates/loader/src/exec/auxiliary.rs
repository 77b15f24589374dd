//! The auxiliary vector: what the kernel tells a new program about the machine and about itself.
//!
//! Most of it holds for the next program as it did for us, so we hand on our own.

use std::ffi::CString;
use std::fs;
use std::io;

/// The kinds of entry that this module writes; `<linux/auxvec.h>` has all.
pub(super) const AT_NULL: u64 = 0;
const AT_PHDR: u64 = 3;
const AT_PHENT: u64 = 4;
const AT_PHNUM: u64 = 5;
const AT_BASE: u64 = 7;
const AT_ENTRY: u64 = 9;
const AT_PLATFORM: u64 = 15;
const AT_BASE_PLATFORM: u64 = 24;
pub(super) const AT_RANDOM: u64 = 25;
pub(super) const AT_EXECFN: u64 = 31;

/// Pairs of type and value, and those whose value is a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Auxiliary {
    /// In the kernel's order, without the `AT_NULL` at the end.
    pub entries: Vec<(u64, u64)>,
    /// `AT_PLATFORM` and `AT_BASE_PLATFORM`: they point into the stack, so the text moves with it.
    pub strings: Vec<(u64, CString)>,
}

impl Auxiliary {
    /// The vector in these bytes, as `/proc/PID/auxv` has them, up to the first `AT_NULL`.
    pub fn parse(bytes: &[u8]) -> Self {
        let word = |bytes: &[u8]| bytes.try_into().map(u64::from_ne_bytes).unwrap_or_default();
        let pairs = bytes
            .chunks_exact(16)
            .map(|pair| (word(&pair[..8]), word(&pair[8..])));
        Auxiliary {
            entries: pairs.take_while(|(kind, _)| *kind != AT_NULL).collect(),
            strings: Vec::new(),
        }
    }

    /// The value of the first entry of this type.
    pub fn get(&self, kind: u64) -> Option<u64> {
        let entry = self.entries.iter().find(|entry| entry.0 == kind);
        entry.map(|entry| entry.1)
    }

    /// Makes it a vector for another program: its header table in memory, with the size and number
    /// of entries; where the dynamic linker is (0 for none); where its own first instruction is.
    pub fn describe(&mut self, table: u64, size: u64, count: u64, linker: u64, entry: u64) {
        let own = [
            (AT_PHDR, table),
            (AT_PHENT, size),
            (AT_PHNUM, count),
            (AT_BASE, linker),
            (AT_ENTRY, entry),
        ];
        for (kind, value) in own {
            match self.entries.iter_mut().find(|entry| entry.0 == kind) {
                Some(entry) => entry.1 = value,
                None => self.entries.push((kind, value)),
            }
        }
    }
}

/// This process's own vector, with the texts that it points at.
///
/// # Errors
///
/// `/proc` is not there.
pub fn own_vector() -> io::Result<Auxiliary> {
    let mut vector = Auxiliary::parse(&fs::read("/proc/self/auxv")?);
    for kind in [AT_PLATFORM, AT_BASE_PLATFORM] {
        let text = super::memory::own_text(kind);
        vector.strings.extend(text.map(|text| (kind, text)));
    }
    Ok(vector)
}
