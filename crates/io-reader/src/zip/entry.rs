//! What an archive is told about an entry before its data, and which names it may have.

use std::time::SystemTime;

/// The file type bits of a mode, as in stat(2); zip's Unix attributes use the same.
const REGULAR: u32 = 0o100_000;
const FOLDER: u32 = 0o040_000;
const SYMLINK: u32 = 0o120_000;

/// The name field's length is 16 bits. A folder's name takes one byte more, for its slash.
const LONGEST_NAME: usize = u16::MAX as usize;

/// An entry of an archive: everything but its data.
///
/// ```
/// use io_reader::zip::Entry;
/// use std::time::SystemTime;
///
/// let entry = Entry::file("bin/run.sh", SystemTime::now()).mode(0o755).size_hint(120);
/// ```
#[derive(Clone, Debug)]
pub struct Entry {
    /// Ends with a slash exactly where the entry is a folder.
    pub(super) name: String,
    pub(super) modified: SystemTime,
    /// File type and permissions.
    pub(super) mode: u32,
    pub(super) size_hint: u64,
}

impl Entry {
    /// A regular file, readable by all and writable by its owner (0644). Its name is a relative
    /// path with `/` between the parts; it is checked when it is added.
    pub fn file(name: impl Into<String>, modified: SystemTime) -> Self {
        Self {
            name: name.into(),
            modified,
            mode: REGULAR | 0o644,
            size_hint: 0,
        }
    }

    /// A folder (0755), which has no data. Files may be in folders that have no entry; one is
    /// needed for a folder that is empty or whose mode matters.
    pub fn folder(name: impl Into<String>, modified: SystemTime) -> Self {
        let name = name.into();
        Self {
            mode: FOLDER | 0o755,
            ..Self::file(format!("{}/", name.trim_end_matches('/')), modified)
        }
    }

    /// A symbolic link, whose data is the path that it leads to.
    pub fn symlink(name: impl Into<String>, modified: SystemTime) -> Self {
        Self {
            mode: SYMLINK | 0o777,
            ..Self::file(name, modified)
        }
    }

    /// Sets the permissions: the lowest twelve bits, as in chmod(2).
    pub fn mode(mut self, permissions: u32) -> Self {
        self.mode = self.mode & !0o7777 | permissions & 0o7777;
        self
    }

    /// Says how many bytes the data will have, as far as is known. Only the magnitude matters: it
    /// decides whether sizes of 4 GiB and more are prepared for. The default is 0.
    pub fn size_hint(mut self, bytes: u64) -> Self {
        self.size_hint = bytes;
        self
    }

    pub(super) fn is_folder(&self) -> bool {
        self.mode & FOLDER == FOLDER
    }

    /// The name without a folder's slash: what must be unique, since a folder `a/` and a file `a`
    /// cannot both be unpacked.
    pub(super) fn path(&self) -> &str {
        match self.is_folder() {
            true => self.name.trim_end_matches('/'),
            false => &self.name,
        }
    }

    /// Who unpacks an archive joins its names to a folder of theirs. A name that leaves that folder
    /// would overwrite files elsewhere, so it is refused here already, and so is what another
    /// system would read as such a name.
    pub(super) fn check_name(&self) -> Result<(), BadName> {
        let path = self.path();
        if path.is_empty() {
            return Err(BadName::Empty);
        }
        if self.name.len() > LONGEST_NAME {
            return Err(BadName::TooLong);
        }
        if path.starts_with('/') {
            return Err(BadName::Absolute);
        }
        if path.contains('\0') {
            return Err(BadName::Nul);
        }
        if path.contains('\\') {
            return Err(BadName::Backslash);
        }
        match path.split('/').find(|part| ["", ".", ".."].contains(part)) {
            Some("") => Err(BadName::EmptyPart),
            Some(_) => Err(BadName::Dots),
            None => Ok(()),
        }
    }
}

/// Why a name cannot be an entry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// Nothing, or for a folder only slashes.
    #[error("it is empty")]
    Empty,
    /// More than 65 535 bytes.
    #[error("it is longer than {LONGEST_NAME} bytes")]
    TooLong,
    /// A leading slash.
    #[error("it is absolute")]
    Absolute,
    /// A NUL byte, which ends a path for every system call.
    #[error("it contains a NUL byte")]
    Nul,
    /// A backslash: a separator on Windows (APPNOTE 4.4.17.1 demands slashes).
    #[error("it contains a backslash")]
    Backslash,
    /// Two slashes in a row, or one at a file's end.
    #[error("it has an empty part")]
    EmptyPart,
    /// A part that is `.` or `..`.
    #[error("it has a part that is . or ..")]
    Dots,
}
