//! A file mapped for reading.
//!
//! # Soundness
//!
//! The map is private and read-only, and lives as long as the value that lends it out. What Rust asks
//! of `&[u8]` beyond that, that nobody changes the bytes, no program can promise for a file: whoever may
//! write it can change or truncate it while we look, and a page that is gone is `SIGBUS`. We accept
//! that, as linkers and debuggers do: executables are replaced by renaming and not written in place
//! (while one runs the kernel answers `ETXTBSY`). Our readers copy each number out of the map before they
//! check it, so that a file that changes makes them print nonsense, and not index out of bounds.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::num::NonZeroUsize;
use std::ops::Deref;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::ptr::NonNull;
use std::slice;

use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// A file as a slice, of which only the pages that are looked at are read.
#[derive(Debug)]
pub struct Mapped {
    /// Where the map starts; nothing is mapped for an empty file.
    start: NonNull<u8>,
    length: usize,
}

impl Mapped {
    /// Maps a file.
    ///
    /// # Errors
    ///
    /// It cannot be opened, is a directory or a device, or cannot be mapped.
    pub fn open(path: &Path) -> io::Result<Self> {
        // A named pipe without a writer must not keep us waiting.
        let file = File::options()
            .read(true)
            .custom_flags(nix::libc::O_NONBLOCK)
            .open(path)?;
        let status = file.metadata()?;
        if status.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !status.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let length = usize::try_from(status.len()).map_err(io::Error::other)?;
        let start = match NonZeroUsize::new(length) {
            Some(length) => map(&file, length)?,
            None => NonNull::dangling(),
        };
        Ok(Self { start, length })
    }
}

fn map(file: &File, length: NonZeroUsize) -> io::Result<NonNull<u8>> {
    let (protection, flags) = (ProtFlags::PROT_READ, MapFlags::MAP_PRIVATE);
    // SAFETY: the kernel chooses a place where nothing else is, so no memory of ours changes.
    let start = unsafe { mmap(None, length, protection, flags, file, 0) }?;
    Ok(start.cast())
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `length` bytes at `start` are mapped for reading until `self` is dropped, which the
        // lifetime of the slice forbids; for an empty file the pointer dangles and the length is 0.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        if self.length > 0 {
            // SAFETY: this is what `map` returned, and no slice of it outlives `self`.
            let unmapped = unsafe { munmap(self.start.cast(), self.length) };
            debug_assert!(unmapped.is_ok());
        }
    }
}

// SAFETY: the memory is only read, and belongs to no thread.
unsafe impl Send for Mapped {}

// SAFETY: shared references give out shared slices only.
unsafe impl Sync for Mapped {}
