//! One word for what has become of a page.

use std::fmt;

use crate::maps::PageEntry;

/// What has become of a page, from the point of view of one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Not in the page table: it was never touched, or was given back.
    Absent,
    /// Private memory that was only read: the kernel's one page of zeros stands in for it. Or a
    /// copy that a relation has too; from one process alone the two look the same.
    Lent,
    /// Anonymous memory of this process alone.
    Own,
    /// A file's page, or shared memory, that no other process has in its table.
    FileAlone,
    /// A file's page, or shared memory, that others have too.
    FileShared,
    /// On the swap device.
    Swapped,
}

impl State {
    /// What the entry of a page means.
    pub fn of(entry: PageEntry) -> State {
        match entry {
            _ if entry.is_swapped() => State::Swapped,
            _ if !entry.is_present() => State::Absent,
            _ if entry.is_file_or_shared() && entry.is_exclusive() => State::FileAlone,
            _ if entry.is_file_or_shared() => State::FileShared,
            _ if entry.is_exclusive() => State::Own,
            _ => State::Lent,
        }
    }

    /// One character for it, for pictures.
    pub fn symbol(self) -> char {
        match self {
            State::Absent => '.',
            State::Lent => 's',
            State::Own => 'O',
            State::FileAlone => 'f',
            State::FileShared => 'F',
            State::Swapped => '~',
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Absent => "absent",
            State::Lent => "shared",
            State::Own => "own",
            State::FileAlone => "file's, ours alone",
            State::FileShared => "file's, shared",
            State::Swapped => "swapped",
        })
    }
}
