//! Reading directories on macOS: readdir(3), since there getdents is not for programs to call.
//!
//! `fdopendir` keeps the descriptor it is given, so the walk's own is opened a second time, as `.`
//! in itself. Entries are packed as the listing wants them.

use std::io;
use std::os::fd::OwnedFd;

use nix::dir::{Dir, Entry, OwningIter};
use nix::fcntl::OFlag;
use nix::libc;
use nix::sys::stat::Mode;

use super::listing::{LENGTH, NAME, TYPE};

/// How many descriptors an open directory takes.
pub(super) const DESCRIPTORS: usize = 2;

pub(super) struct Reader {
    entries: OwningIter,
    /// Was read and found no room in the batch before.
    left_over: Option<Entry>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(directory: &OwnedFd) -> io::Result<Self> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let entries = Dir::openat(directory, ".", flags, Mode::empty())?.into_iter();
        Ok(Reader {
            entries,
            left_over: None,
        })
    }

    /// Fills `buffer` with whole records; gives how many bytes they take, 0 at the end.
    pub(super) fn read(&mut self, _directory: &OwnedFd, buffer: &mut [u8]) -> io::Result<usize> {
        let mut used = 0;
        while let Some(entry) = self
            .left_over
            .take()
            .map(Ok)
            .or_else(|| self.entries.next())
        {
            let entry = entry?;
            match pack(&entry, &mut buffer[used..]) {
                Some(length) => used += length,
                None => {
                    self.left_over = Some(entry);
                    break;
                }
            }
        }
        Ok(used)
    }
}

/// Writes one record, and gives its length; none when it does not fit.
fn pack(entry: &Entry, buffer: &mut [u8]) -> Option<usize> {
    let name = entry.file_name().to_bytes_with_nul();
    let length = NAME + name.len();
    let record = buffer.get_mut(..length)?;
    record[..8].copy_from_slice(&entry.ino().to_ne_bytes());
    let short = u16::try_from(length).expect("a name has 1024 bytes at most");
    record[LENGTH..LENGTH + 2].copy_from_slice(&short.to_ne_bytes());
    record[TYPE] = type_number(entry);
    record[NAME..].copy_from_slice(name);
    Some(length)
}

fn type_number(entry: &Entry) -> u8 {
    use nix::dir::Type;
    match entry.file_type() {
        Some(Type::File) => libc::DT_REG,
        Some(Type::Directory) => libc::DT_DIR,
        Some(Type::Symlink) => libc::DT_LNK,
        Some(Type::Fifo) => libc::DT_FIFO,
        Some(Type::Socket) => libc::DT_SOCK,
        Some(Type::CharacterDevice) => libc::DT_CHR,
        Some(Type::BlockDevice) => libc::DT_BLK,
        None => libc::DT_UNKNOWN,
    }
}
