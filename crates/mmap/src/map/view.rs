//! A file's bytes as a slice.
//!
//! `unsafe` is allowed here for the constructors, whose promise is the caller's, and for handing it on
//! to memmap2. The rest is memmap2's bookkeeping: the pages stay mapped as long as the value lives,
//! and a slice cannot outlive the value.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::ops::{Deref, DerefMut, Range};

use memmap2::{Advice, Mmap, MmapMut, MmapOptions, UncheckedAdvice};

/// A file for reading: `PROT_READ`, `MAP_SHARED`. Unmapped when dropped.
///
/// To write is no error at run time; the type has no way to say it:
///
/// ```compile_fail
/// # fn f(mut view: mmap::map::View) {
/// view[0] = b'X';
/// # }
/// ```
#[derive(Debug)]
#[doc(alias = "mmap")]
pub struct View(Mmap);

impl View {
    /// Maps the whole of `file`, which may be empty.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`: `file` is a pipe or a folder, or was not opened for reading.
    ///
    /// # Safety
    ///
    /// Nobody changes the bytes while the view lives, neither this process nor another one. The
    /// kernel does not see to that; files that one has made oneself and shows to nobody come close,
    /// and so do those of an installed program. When the file gets shorter, touching what it
    /// lost ends the process by SIGBUS.
    pub unsafe fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the caller's promise is the one that memmap2 asks for.
        unsafe { Mmap::map(file) }.map(View)
    }

    /// Maps `range` of `file`; it need not begin at a page's start.
    ///
    /// # Errors
    ///
    /// Those of [`View::map`].
    ///
    /// # Safety
    ///
    /// That of [`View::map`].
    pub unsafe fn map_range(file: &File, range: Range<u64>) -> io::Result<Self> {
        let len = usize::try_from(range.end.saturating_sub(range.start));
        let mut options = MmapOptions::new();
        options
            .offset(range.start)
            .len(len.map_err(io::Error::other)?);
        // SAFETY: the caller's promise is the one that memmap2 asks for.
        unsafe { options.map(file) }.map(View)
    }

    /// Tells the kernel how the pages will be used, so that it reads ahead, or does not.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    #[doc(alias = "madvise")]
    pub fn advise(&self, advice: Advice) -> io::Result<()> {
        self.0.advise(advice)
    }

    /// Removes the pages from this process; the file keeps them, and the next access enters them
    /// again.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    #[doc(alias = "MADV_DONTNEED")]
    pub fn forget_pages(&self) -> io::Result<()> {
        // SAFETY: the map cannot be written, so it has no contents but the file's.
        unsafe { self.0.unchecked_advise(UncheckedAdvice::DontNeed) }
    }
}

impl Deref for View {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A file to scribble on: `PROT_READ|PROT_WRITE`, `MAP_PRIVATE`. The first store to a page makes a
/// copy of that page for this process; the file, and all who look at it, keep theirs. (Copy-on-write.)
#[derive(Debug)]
pub struct Private(MmapMut);

impl Private {
    /// Maps the whole of `file`, which needs to be open for reading only.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`.
    ///
    /// # Safety
    ///
    /// As for [`View::map`]: a page that was not written to is still the file's, and whether it
    /// shows what others write there is left open by POSIX.
    pub unsafe fn map(file: &File) -> io::Result<Self> {
        // SAFETY: the caller's promise is the one that memmap2 asks for.
        unsafe { MmapOptions::new().map_copy(file) }.map(Private)
    }
}

impl Deref for Private {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Private {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}
