//! Memory straight from the kernel.
//!
//! `unsafe` is allowed for the calls that map, advise and unmap. They get the range that a
//! [`Pages`] has mapped, that nobody else unmaps, and that ends with it. All access is by atomics,
//! which assume nothing about who else writes: a child, another map of the same file, another
//! thread.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::io;
use std::num::NonZero;
use std::ops::Range;
use std::os::fd::AsFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering};

use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, mmap_anonymous, munmap};

use super::page_size;

/// Who sees a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// This process. A child of `fork`, or the file, has the page until one side writes: then it is
    /// copied.
    Private,
    /// All who have mapped it: children, and whoever maps the same file.
    Shared,
}

/// Whole pages, readable and writable, unmapped when dropped. They are zeros, or a file's.
///
/// It is how allocators get memory, without an allocator around it, so that what happens to each
/// page can be watched.
#[derive(Debug)]
pub struct Pages {
    start: NonNull<AtomicU8>,
    /// In bytes, a multiple of the page size.
    len: usize,
}

// SAFETY: the range belongs to this value wherever it is; unmapping may be done by any thread.
unsafe impl Send for Pages {}
// SAFETY: all access is atomic.
unsafe impl Sync for Pages {}

impl Pages {
    /// Maps so many pages of zeros. Only address space is used until they are touched.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`; `EINVAL` for no pages, and `ENOMEM` for more than there are addresses.
    #[doc(alias = "mmap")]
    pub fn anonymous(count: usize, sharing: Sharing) -> io::Result<Pages> {
        let len = bytes(count)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses the place, so nothing that exists is replaced.
        let start = unsafe { mmap_anonymous(None, len, access, sharing.flag()) }?;
        Ok(Pages::new(start, len))
    }

    /// Maps the first pages of a file. To touch one that lies behind its end is a SIGBUS.
    ///
    /// # Errors
    ///
    /// As above, and `EACCES` for a descriptor that may not be read, or not written when shared.
    pub fn of_file(file: impl AsFd, count: usize, sharing: Sharing) -> io::Result<Pages> {
        let len = bytes(count)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: the kernel chooses the place, so nothing that exists is replaced.
        let start = unsafe { mmap(None, len, access, sharing.flag(), file, 0) }?;
        Ok(Pages::new(start, len))
    }

    fn new(start: NonNull<c_void>, len: NonZero<usize>) -> Pages {
        Pages {
            start: start.cast(),
            len: len.get(),
        }
    }

    /// The bytes. To load one touches its page, to store one writes to it.
    pub fn bytes(&self) -> &[AtomicU8] {
        // SAFETY: so many bytes are mapped as long as `self` is, and an atomic may hold any byte.
        unsafe { NonNull::slice_from_raw_parts(self.start, self.len).as_ref() }
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.len / page_size()
    }

    /// The addresses.
    pub fn range(&self) -> Range<usize> {
        let start = self.start.addr().get();
        start..start + self.len
    }

    /// Reads a byte of a page.
    ///
    /// # Panics
    ///
    /// When there is no such page.
    pub fn read(&self, page: usize) -> u8 {
        self.bytes()[page * page_size()].load(Ordering::SeqCst)
    }

    /// Writes a byte of a page.
    ///
    /// # Panics
    ///
    /// When there is no such page.
    pub fn write(&self, page: usize, byte: u8) {
        self.bytes()[page * page_size()].store(byte, Ordering::SeqCst);
    }

    /// Asks the kernel to give single pages here, never huge ones, so that what is said about one
    /// page is true of one page. Only Linux makes huge pages unasked; elsewhere there is nothing to
    /// do. A kernel that was built without them answers `EINVAL`, which is as good.
    #[doc(alias = "MADV_NOHUGEPAGE")]
    pub fn never_huge(self) -> Pages {
        #[cfg(target_os = "linux")]
        // SAFETY: the range is mapped, and its contents stay.
        let _ = unsafe { madvise(self.start.cast(), self.len, MmapAdvise::MADV_NOHUGEPAGE) };
        self
    }

    /// Gives the memory of some pages back, and keeps the addresses. On Linux anonymous private
    /// pages are zeros when touched again; macOS may leave them as they were.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    ///
    /// # Panics
    ///
    /// When there are no such pages.
    #[doc(alias = "MADV_DONTNEED")]
    pub fn discard(&self, pages: Range<usize>) -> io::Result<()> {
        let size = page_size();
        let bytes = &self.bytes()[pages.start * size..pages.end * size];
        let start = NonNull::from(bytes).cast();
        // SAFETY: these pages are mapped; they are only read and written by atomics, for which any
        // new contents will do.
        unsafe { madvise(start, bytes.len(), MmapAdvise::MADV_DONTNEED) }?;
        Ok(())
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: this is the range that was mapped, and no borrow of it is left.
        let outcome = unsafe { munmap(self.start.cast(), self.len) };
        debug_assert!(outcome.is_ok(), "munmap: {outcome:?}");
    }
}

impl Sharing {
    fn flag(self) -> MapFlags {
        match self {
            Sharing::Private => MapFlags::MAP_PRIVATE,
            Sharing::Shared => MapFlags::MAP_SHARED,
        }
    }
}

fn bytes(count: usize) -> io::Result<NonZero<usize>> {
    let bytes = count
        .checked_mul(page_size())
        .filter(|&bytes| isize::try_from(bytes).is_ok())
        .ok_or(io::Error::from_raw_os_error(nix::libc::ENOMEM))?;
    NonZero::new(bytes).ok_or(io::Error::from_raw_os_error(nix::libc::EINVAL))
}
