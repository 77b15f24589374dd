//! The page table, as far as the kernel shows it: `/proc/PID/pagemap`, one word of 64 bits a page.
//!
//! The layout of the word is in the kernel's `Documentation/admin-guide/mm/pagemap.rst`. Since
//! Linux 4.2 the number of the frame is 0 for all who lack `CAP_SYS_ADMIN`: who knows which
//! physical rows of memory are his can attack their neighbours (rowhammer). The rest of the word is
//! told to everybody who may look into the process.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use nix::unistd::Pid;

use super::error::MapsError;
use super::platform;
use crate::page::page_size;

/// The words are read in so many at a time.
const CHUNK: usize = 8192;

/// What the page table says of one page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageEntry(u64);

impl PageEntry {
    /// From the word as the kernel writes it, in the byte order of the machine.
    pub fn new(word: u64) -> PageEntry {
        PageEntry(word)
    }

    /// The word itself.
    pub fn word(self) -> u64 {
        self.0
    }

    /// The page is in memory and in the page table: an access causes no fault (a store still may).
    pub fn is_present(self) -> bool {
        self.bit(63)
    }

    /// The page is in swap.
    pub fn is_swapped(self) -> bool {
        self.bit(62)
    }

    /// The page is a file's, or shared anonymous memory: not a private copy.
    pub fn is_file_or_shared(self) -> bool {
        self.bit(61)
    }

    /// The page is a fence of `MADV_GUARD_INSTALL`, told since Linux 6.15.
    pub fn is_guard(self) -> bool {
        self.bit(58)
    }

    /// No other page table has it, told since Linux 4.2. The page of zeros that the kernel lends to
    /// whoever reads untouched memory never is exclusive.
    pub fn is_exclusive(self) -> bool {
        self.bit(56)
    }

    /// Written to since the bit was last cleared (by a `4` to `/proc/PID/clear_refs`), or since the
    /// area was mapped. Kernels without `CONFIG_MEM_SOFT_DIRTY` (arm64 until lately) leave it 0.
    pub fn is_soft_dirty(self) -> bool {
        self.bit(55)
    }

    /// The number of the frame, the physical address divided by the page size. `None` when the page
    /// is not present, and when the reader lacks `CAP_SYS_ADMIN`, from whom the kernel hides it as
    /// a 0.
    pub fn frame(self) -> Option<u64> {
        let frame = self.0 & ((1 << 55) - 1);
        (self.is_present() && frame != 0).then_some(frame)
    }

    fn bit(self, number: u32) -> bool {
        self.0 >> number & 1 != 0
    }
}

/// The page table of one process.
#[derive(Debug)]
pub struct Pagemap {
    file: File,
}

impl Pagemap {
    /// Opens the page table of a process, or of this one.
    ///
    /// # Errors
    ///
    /// When there is no such process or it is somebody else's; always on macOS, which has nothing
    /// of the kind (`mincore(2)` says what is in memory: [`crate::residency::resident`]).
    pub fn open(pid: Option<Pid>) -> Result<Pagemap, MapsError> {
        platform::pagemap(pid).map(|file| Pagemap { file })
    }

    /// What the table says of each page that begins in this range of addresses. Pages of gaps are
    /// all zeros.
    ///
    /// # Errors
    ///
    /// Those of `read(2)`. Addresses behind the last one that a program can have are missing from
    /// the end of the list.
    pub fn entries(&self, range: Range<usize>) -> io::Result<Vec<PageEntry>> {
        let first = range.start.div_ceil(page_size());
        let last = range.end.div_ceil(page_size());
        let mut entries = Vec::new();
        let mut words = vec![0; CHUNK.min(last.saturating_sub(first)) * size_of::<u64>()];
        while first + entries.len() < last {
            let wanted = CHUNK.min(last - first - entries.len());
            let offset = (first + entries.len()) * size_of::<u64>();
            let read = self
                .file
                .read_at(&mut words[..wanted * size_of::<u64>()], offset as u64)?;
            let (words, _) = words[..read].as_chunks();
            if words.is_empty() {
                break;
            }
            entries.extend(
                words
                    .iter()
                    .map(|&word| PageEntry(u64::from_ne_bytes(word))),
            );
        }
        Ok(entries)
    }

    /// What the table says of the page of one address.
    ///
    /// # Errors
    ///
    /// Those of `read(2)`; `UnexpectedEof` for an address that no program can have.
    pub fn entry(&self, address: usize) -> io::Result<PageEntry> {
        let page = address / page_size();
        let mut word = [0; size_of::<u64>()];
        self.file
            .read_exact_at(&mut word, (page * size_of::<u64>()) as u64)?;
        Ok(PageEntry(u64::from_ne_bytes(word)))
    }
}
