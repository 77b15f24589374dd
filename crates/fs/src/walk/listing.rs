//! The names of one directory, as many as were read and not yet used.
//!
//! They stay in the form in which the kernel gives them, `struct linux_dirent64`, one after the
//! other; where the system has another form, `platform` packs its entries into this one:
//!
//! ```text
//! offset 0   8     16     18    19
//!        ino off   reclen type  name, NUL, padding up to reclen
//! ```
//!
//! Invariants: `start <= end <= bytes.len()`; `bytes[start..end]` holds whole records.

use std::ffi::CStr;
use std::io;
use std::mem;
use std::os::fd::OwnedFd;

use super::entry::Kind;
use super::platform::Reader;

/// As much as glibc's readdir asks for at once.
pub(super) const BATCH: usize = 32 * 1024;

/// Where the fields of a record are.
pub(super) const LENGTH: usize = 16;
pub(super) const TYPE: usize = 18;
pub(super) const NAME: usize = 19;

#[derive(Debug)]
pub(super) struct Listing {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Reads on where `end` is; none when the directory has no more.
    reader: Option<Reader>,
    /// Why the directory has no more; told when all that was read is used.
    error: Option<io::Error>,
}

/// One name in a directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) name: &'a [u8],
    pub(super) inode: u64,
    /// Not every filesystem says it.
    pub(super) kind: Option<Kind>,
}

impl Listing {
    /// Will read with `reader` into `buffer`, which is one of [`BATCH`] bytes or empty.
    pub(super) fn new(reader: Reader, mut buffer: Vec<u8>) -> Self {
        buffer.resize(BATCH, 0);
        Listing {
            bytes: buffer,
            start: 0,
            end: 0,
            reader: Some(reader),
            error: None,
        }
    }

    /// The next name, `.` and `..` left out.
    pub(super) fn next(&mut self, directory: &OwnedFd) -> io::Result<Option<Record<'_>>> {
        loop {
            while self.start < self.end {
                let from = self.start;
                self.start += record_length(&self.bytes[from..]);
                if !is_dot(&self.bytes[from + NAME..]) {
                    return Ok(Some(parse(&self.bytes[from..self.start])));
                }
            }
            if !self.fill(directory) {
                return self.error.take().map_or(Ok(None), Err);
            }
        }
    }

    /// Reads all that is left, so that no descriptor is needed for it any more, into memory that is
    /// no larger than that; hands back the buffer.
    pub(super) fn read_rest(&mut self, directory: &OwnedFd) -> Vec<u8> {
        let mut rest = self.bytes[self.start..self.end].to_vec();
        while self.fill(directory) {
            rest.extend_from_slice(&self.bytes[..self.end]);
        }
        self.start = 0;
        self.end = rest.len();
        mem::replace(&mut self.bytes, rest)
    }

    /// Reads all that is left and puts it into the order of the names' bytes; hands back the buffer.
    pub(super) fn sort(&mut self, directory: &OwnedFd) -> Vec<u8> {
        let buffer = self.read_rest(directory);
        let mut records = Vec::new();
        let mut rest = &self.bytes[..];
        while !rest.is_empty() {
            let (record, after) = rest.split_at(record_length(rest));
            records.push(record);
            rest = after;
        }
        records.sort_unstable_by_key(|record| parse(record).name);
        self.bytes = records.concat();
        buffer
    }

    /// Forgets what was not used.
    pub(super) fn clear(&mut self) {
        self.end = self.start;
    }

    /// For the next listing.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.bytes
    }

    /// Reads one batch over what was read before. False at the end of the directory.
    fn fill(&mut self, directory: &OwnedFd) -> bool {
        let Some(reader) = &mut self.reader else {
            return false;
        };
        match reader.read(directory, &mut self.bytes) {
            Ok(length) => (self.start, self.end) = (0, length),
            // What a removed directory says, which is one without entries.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.end = self.start,
            Err(error) => {
                self.end = self.start;
                self.error = Some(error);
            }
        }
        let read = self.start < self.end;
        if !read {
            self.reader = None;
        }
        read
    }
}

/// Of the first record.
fn record_length(records: &[u8]) -> usize {
    usize::from(u16::from_ne_bytes([records[LENGTH], records[LENGTH + 1]]))
}

fn parse(record: &[u8]) -> Record<'_> {
    let inode = u64::from_ne_bytes(record[..8].try_into().expect("eight bytes"));
    let name = CStr::from_bytes_until_nul(&record[NAME..]).expect("names end with NUL");
    Record {
        name: name.to_bytes(),
        inode,
        kind: kind(record[TYPE]),
    }
}

fn is_dot(name: &[u8]) -> bool {
    name.starts_with(b".\0") || name.starts_with(b"..\0")
}

fn kind(number: u8) -> Option<Kind> {
    use nix::libc;
    match number {
        libc::DT_REG => Some(Kind::File),
        libc::DT_DIR => Some(Kind::Directory),
        libc::DT_LNK => Some(Kind::Symlink),
        libc::DT_FIFO => Some(Kind::Fifo),
        libc::DT_SOCK => Some(Kind::Socket),
        libc::DT_CHR => Some(Kind::CharacterDevice),
        libc::DT_BLK => Some(Kind::BlockDevice),
        _ => None,
    }
}
