//! One area of an address space.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::usage::Usage;

/// Pages next to each other, with the same permissions and the same thing behind them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Where it is. The end is the first address that does not belong to it.
    pub range: Range<u64>,
    /// What may be done with it.
    pub permissions: Permissions,
    /// Where in the file the area begins, in bytes; 0 without a file.
    pub offset: u64,
    /// The major and minor number of the file's device; zeros without a file.
    pub device: (u32, u32),
    /// The file's inode; 0 without a file, and on macOS.
    pub inode: u64,
    /// A path, or a name in brackets like `[heap]`, or empty.
    pub name: OsString,
    /// What is in memory of it, if that was asked for.
    pub usage: Option<Usage>,
}

/// What may be done with an area.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Loads.
    pub read: bool,
    /// Stores.
    pub write: bool,
    /// Instructions may be fetched from it.
    pub execute: bool,
    /// A store is seen by everybody who has mapped the same; else it goes to a copy of the page.
    pub shared: bool,
}

impl Area {
    /// Its length in bytes of address space.
    pub fn size(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// The file behind it, if there is one. Linux puts ` (deleted)` behind the path of a file that
    /// is in no directory any more; it is part of the path here, as nothing tells it from a name.
    pub fn path(&self) -> Option<&Path> {
        let absolute = self.name.as_bytes().first() == Some(&b'/');
        absolute.then(|| Path::new(&self.name))
    }

    /// A name for people: the last component of a path, or the name as it is.
    pub fn short_name(&self) -> &OsStr {
        self.path().and_then(Path::file_name).unwrap_or(&self.name)
    }

    /// Memory that can neither be read nor written nor run: a fence, or a reservation for later.
    pub fn is_inaccessible(&self) -> bool {
        let Permissions {
            read,
            write,
            execute,
            ..
        } = self.permissions;
        !(read || write || execute)
    }
}

/// As `/proc/PID/maps` writes them: `r-xp`.
impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |has: bool, letter: char| if has { letter } else { '-' };
        let text = [
            letter(self.read, 'r'),
            letter(self.write, 'w'),
            letter(self.execute, 'x'),
            if self.shared { 's' } else { 'p' },
        ];
        f.pad(&text.iter().collect::<String>())
    }
}
