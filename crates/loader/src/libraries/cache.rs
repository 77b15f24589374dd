//! `/etc/ld.so.cache`: which library is where, written by `ldconfig` so that nobody has to list folders.
//!
//! A header, a sorted table of entries, and strings. Older caches have a table of an older form before
//! it. Where it is defined: `sysdeps/generic/dl-cache.h` of glibc.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::bytes::{
    Bytes, Endian, Fields, Layout, Malformed, Mapped, Reason, Record, Strings, Table, What,
};

const MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
const OLD_MAGIC: &[u8] = b"ld.so-1.7.0";
const CACHE: What = What::the("library cache");

/// What the cache says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    /// Name and path, in the order of the file.
    entries: Vec<(Vec<u8>, PathBuf)>,
}

/// `struct file_entry_new`.
struct Entry {
    name: u32,
    path: u32,
    /// Not 0 for libraries that need special processors.
    capabilities: u64,
}

impl Record for Entry {
    const NAME: &'static str = "entry of the library cache";

    fn size(_: Layout) -> u64 {
        24
    }

    fn decode(fields: &mut Fields<'_>) -> Self {
        fields.u32();
        let (name, path) = (fields.u32(), fields.u32());
        fields.u32();
        Self {
            name,
            path,
            capabilities: fields.u64(),
        }
    }
}

/// The cache is written by the machine that reads it.
const LAYOUT: Layout = Layout {
    endian: if cfg!(target_endian = "big") {
        Endian::Big
    } else {
        Endian::Little
    },
    wide: true,
};

impl Cache {
    /// Reads a cache.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is not a sound cache.
    pub fn read(path: &Path) -> io::Result<Self> {
        let file = Mapped::open(path)?;
        Self::parse(&file).map_err(io::Error::other)
    }

    /// Reads a cache that is in memory.
    ///
    /// # Errors
    ///
    /// It is of another format, or one of its parts is not all there.
    pub fn parse(file: &[u8]) -> Result<Self, Malformed> {
        let file = skip_old(Bytes::new(file))?;
        if !file.as_slice().starts_with(MAGIC) {
            return Err(file.malformed(0, CACHE, Reason::Other("it does not start as one")));
        }
        let count = file.fields(20, 4, LAYOUT, CACHE)?.u32();
        let table: Table<'_, Entry> = Table::at(file, 48, count.into(), 24, LAYOUT)?;
        // Places of strings count from the start of the new format.
        let strings = Strings::new(file);
        let mut entries = Vec::new();
        // Libraries for newer processors are in folders of their own, `glibc-hwcaps`; which of them this
        // processor may use is not for us to guess.
        for entry in table.iter().filter(|entry| entry.capabilities == 0) {
            let name = strings.get(entry.name.into())?.to_vec();
            let path = OsStr::from_bytes(strings.get(entry.path.into())?);
            entries.push((name, PathBuf::from(path)));
        }
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(Self { entries })
    }

    /// The files that have this name, for all kinds of processors, in the order of the cache.
    pub fn find(&self, name: &OsStr) -> impl Iterator<Item = &Path> {
        let name = name.as_bytes();
        let start = self
            .entries
            .partition_point(|(known, _)| known.as_slice() < name);
        self.entries[start..]
            .iter()
            .take_while(move |(known, _)| known == name)
            .map(|(_, path)| path.as_path())
    }

    /// How many files it knows.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// Over the table of the old form, which has entries of twelve bytes.
fn skip_old(file: Bytes<'_>) -> Result<Bytes<'_>, Malformed> {
    if !file.as_slice().starts_with(OLD_MAGIC) {
        return Ok(file);
    }
    let count = u64::from(file.fields(12, 4, LAYOUT, CACHE)?.u32());
    file.from((16 + count * 12).next_multiple_of(8), CACHE)
}
