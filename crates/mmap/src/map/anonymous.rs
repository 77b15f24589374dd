//! Memory from the kernel, with no file behind it.

use std::io;
use std::ops::{Deref, DerefMut};

use memmap2::{Advice, MmapMut};

/// Zeros for this process alone: `MAP_PRIVATE|MAP_ANONYMOUS`. It is how allocators get memory. A page
/// costs nothing until it is touched, and a child of `fork` gets a copy.
#[derive(Debug)]
pub struct Anonymous(MmapMut);

impl Anonymous {
    /// Maps `len` bytes.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`.
    pub fn new(len: usize) -> io::Result<Self> {
        MmapMut::map_anon(len).map(Anonymous)
    }

    /// Tells the kernel how the pages will be used, for example that it may make huge ones.
    ///
    /// # Errors
    ///
    /// Those of `madvise(2)`.
    pub fn advise(&self, advice: Advice) -> io::Result<()> {
        self.0.advise(advice)
    }

    /// Keeps the pages in memory: they are never swapped out, and no access waits.
    ///
    /// # Errors
    ///
    /// Those of `mlock(2)`; `RLIMIT_MEMLOCK` says how much may be locked.
    #[doc(alias = "mlock")]
    pub fn lock(&self) -> io::Result<()> {
        self.0.lock()
    }
}

impl Deref for Anonymous {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Anonymous {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}
