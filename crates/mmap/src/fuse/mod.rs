//! A filesystem of our own, spoken to the kernel byte by byte (Linux).
//!
//! When a program lists a directory of a FUSE mount, the kernel writes a question about it for us to
//! read from `/dev/fuse` and puts the program to sleep; what we write back is what the program gets.
//! Everything that a disk would know comes from an ordinary process: it can be an archive, a
//! database, or as here a bucket of an object store.
//!
//! - [`protocol`] is the questions and answers as bytes, with nothing of the kernel in it;
//! - [`server`] answers them from a [`Filesystem`];
//! - [`mount`] gets a place for it: in a user and mount namespace of the process itself, so that
//!   neither root nor `fusermount` is needed and nobody else sees it;
//! - [`object_store`] is a filesystem over HTTP, and [`bucket`] the store that it talks to.
//!
//! Everything is read-only, and everything is a path: the kernel's node numbers are the server's
//! business.

pub mod protocol;

pub mod server;

pub mod mount;

pub mod bucket;
pub mod object_store;

use std::ffi::OsString;
use std::path::Path;

use nix::errno::Errno;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Has entries.
    Directory,
    /// Has so many bytes.
    File {
        /// How many.
        size: u64,
    },
}

/// A name in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Without the directory's.
    pub name: OsString,
    /// What it is.
    pub kind: Kind,
}

/// What has to be known about files to show them. Paths are relative to the mount; its root is the
/// empty path. An error is what the program that asked gets to see.
pub trait Filesystem {
    /// What `path` is.
    ///
    /// # Errors
    ///
    /// `ENOENT` when there is nothing of that name.
    fn getattr(&mut self, path: &Path) -> Result<Kind, Errno>;

    /// The names in a directory, without `.` and `..`.
    ///
    /// # Errors
    ///
    /// `ENOTDIR` for a file.
    fn readdir(&mut self, path: &Path) -> Result<Vec<DirectoryEntry>, Errno>;

    /// At most `size` bytes from `offset` on. Fewer mean that the file ends there.
    ///
    /// # Errors
    ///
    /// Whatever keeps the bytes from being had; `EIO` says nothing more.
    fn read(&mut self, path: &Path, offset: u64, size: u32) -> Result<Vec<u8>, Errno>;
}
