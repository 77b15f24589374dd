//! What a filesystem tells about itself.

use std::io;
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

use super::{InfoError, platform};

/// The filesystem that holds a file, as statvfs(3) has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filesystem {
    /// The file that it was asked for.
    pub path: PathBuf,
    /// Identifies the filesystem while it is mounted.
    pub id: u64,
    /// The longest name that a directory takes, in bytes.
    pub longest_name: u64,
    /// The kernel's number for its kind; 0 where kinds have no numbers.
    pub magic: u64,
    /// Its kind by name.
    pub kind: String,
    /// In which pieces it likes to be read and written, in bytes.
    pub block_size: u64,
    /// The unit of the three numbers of blocks, in bytes.
    pub fragment_size: u64,
    /// How many blocks there are.
    pub blocks: u64,
    /// How many are free.
    pub free: u64,
    /// How many of them others than root may take.
    pub available: u64,
    /// How many inodes there can be; 0 where they are made as needed.
    pub inodes: u64,
    /// How many inodes are free.
    pub free_inodes: u64,
}

impl Filesystem {
    /// # Errors
    ///
    /// Those of statvfs(3) and statfs(2), with the path.
    // The fields are as wide as the platform has them.
    #[allow(clippy::useless_conversion)]
    pub fn of(path: impl AsRef<Path>) -> Result<Filesystem, InfoError> {
        let path = path.as_ref();
        let failed = |error: nix::Error| InfoError {
            path: path.to_owned(),
            source: io::Error::from(error),
        };
        let found = statvfs(path).map_err(failed)?;
        let (magic, kind) = platform::filesystem_type(path).map_err(failed)?;
        Ok(Filesystem {
            path: path.to_owned(),
            id: platform::filesystem_id(u64::from(found.filesystem_id())),
            longest_name: u64::from(found.name_max()),
            magic,
            kind,
            block_size: u64::from(found.block_size()),
            fragment_size: u64::from(found.fragment_size()),
            blocks: u64::from(found.blocks()),
            free: u64::from(found.blocks_free()),
            available: u64::from(found.blocks_available()),
            inodes: u64::from(found.files()),
            free_inodes: u64::from(found.files_free()),
        })
    }
}
