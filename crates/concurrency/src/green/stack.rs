//! A stack: address space that fills as it is used, and a fence.
//!
//! ```text
//!   bottom                                                       top
//!   | guard page |  reserved, no memory yet   | touched: resident |
//!                                               <- grows this way
//! ```
//!
//! A map is a promise of addresses. Memory comes by the page when one is first touched, and calls touch a
//! stack from its top downwards, so the memory of a thread follows its depth. Go starts with two kilobytes
//! and *copies* a stack into a larger one when it is full, for which it has to know each pointer into it; no
//! compiler of C or Rust does. What is had instead is the size of the address space: a quarter of a
//! megabyte for each of a thousand threads is nothing of 128 TiB.
//!
//! What a thread has touched stays with it, as deep as it ever was; when its stack is used again by another
//! thread, [`trim`](Stack::trim) gives back all but the top.
//!
//! The page at the bottom may not be touched. The frame that reaches it faults, see
//! [`overflow`](super::overflow). A frame that is larger than a page cannot step over it: the compiler has
//! each page of such a frame touched in order (`-fstack-clash-protection` in C, always in Rust).
//!
//! Each stack is two of the 65,530 maps that Linux lets a process have (`vm.max_map_count`). From Linux 6.13
//! on `MADV_GUARD_INSTALL` makes a fence within a map, and halves that.
//!
//! Sound: the map is this stack's own from `mmap` to `munmap`, nothing here reads or writes what is on it,
//! and whoever drops a `Stack` owns it. That no thread is on it any more is watched by the scheduler.
#![allow(unsafe_code)]

use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::ptr::NonNull;

use mmap::map::page_size;
use nix::libc::{self, c_void};
use nix::sys::mman::{self, MapFlags, MmapAdvise, ProtFlags};

/// So much at the top a trimmed stack keeps: a thread that is not deep needs no new page.
const KEPT: usize = 16 << 10;

#[derive(Debug)]
pub(super) struct Stack {
    /// The guard page, and behind it the stack.
    map: NonNull<c_void>,
    length: NonZeroUsize,
}

impl Stack {
    /// A stack of at least `size` bytes, and at least four pages.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)`: `ENOMEM` also when there are too many maps.
    pub(super) fn new(size: usize) -> io::Result<Self> {
        let page = page_size();
        let size = size.max(4 * page).checked_next_multiple_of(page);
        let length = size
            .and_then(|size| size.checked_add(page))
            .ok_or(io::ErrorKind::InvalidInput)?;
        let length = NonZeroUsize::new(length).ok_or(io::ErrorKind::InvalidInput)?;
        let flags = MapFlags::MAP_PRIVATE | MapFlags::MAP_NORESERVE;
        // SAFETY: a new map at an address that the kernel chooses: nobody's memory is touched.
        let map = unsafe { mman::mmap_anonymous(None, length, ProtFlags::PROT_NONE, flags) }?;
        let stack = Stack { map, length };
        let usable = stack.usable();
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: all of the map but its first page, and it is ours.
        unsafe { mman::mprotect(stack.address(usable.start), usable.len(), access) }?;
        #[cfg(target_os = "linux")]
        stack.never_huge();
        Ok(stack)
    }

    /// A page of two megabytes for the first touch would be the opposite of growing. (A kernel without such
    /// pages says so, and all is well.)
    #[cfg(target_os = "linux")]
    fn never_huge(&self) {
        let whole = self.length.get();
        // SAFETY: it changes how the map is filled, and none of its bytes.
        let _ = unsafe { mman::madvise(self.map, whole, MmapAdvise::MADV_NOHUGEPAGE) };
    }

    /// The addresses that a thread may use.
    pub(super) fn usable(&self) -> Range<usize> {
        let start = self.map.addr().get();
        start + page_size()..start + self.length.get()
    }

    /// The addresses of the page that nobody may touch.
    pub(super) fn guard(&self) -> Range<usize> {
        let start = self.map.addr().get();
        start..start + page_size()
    }

    /// Its end, where the first frame begins: a multiple of a page.
    pub(super) fn top(&self) -> *mut u8 {
        let bytes: *mut u8 = self.map.as_ptr().cast();
        bytes.wrapping_add(self.length.get())
    }

    /// How many bytes of it are in memory.
    ///
    /// # Errors
    ///
    /// Those of `mincore(2)`.
    #[doc(alias = "mincore")]
    pub(super) fn resident(&self) -> io::Result<usize> {
        let usable = self.usable();
        let start = self.address(usable.start).as_ptr();
        let mut pages = vec![0u8; usable.len() / page_size()];
        // SAFETY: the map is there as long as `self` is, and `pages` has a byte for each page.
        match unsafe { libc::mincore(start, usable.len(), pages.as_mut_ptr().cast()) } {
            0 => Ok(pages.iter().filter(|&&page| page & 1 != 0).count() * page_size()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Gives the memory back that a deep thread has left, but for the top.
    ///
    /// # Safety
    ///
    /// Nobody is on it: what was below the top is lost.
    pub(super) unsafe fn trim(&self) {
        let usable = self.usable();
        let length = usable.len().saturating_sub(KEPT);
        let start = self.address(usable.start);
        // A stack that keeps its memory is as good a stack as any: an error changes nothing.
        // SAFETY: it is all within the map, and nobody is on it, as the caller promises.
        let _ = unsafe { mman::madvise(start, length, MmapAdvise::MADV_DONTNEED) };
    }

    fn address(&self, address: usize) -> NonNull<c_void> {
        let address = NonZeroUsize::new(address).expect("it lies in a map");
        self.map.with_addr(address)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: the map is ours, whole, and whoever drops it says that nobody is on it.
        let outcome = unsafe { mman::munmap(self.map, self.length.get()) };
        debug_assert_eq!(outcome, Ok(()), "the map was there");
    }
}

/// Stacks of threads that are over, for those to come: a `mmap`, two more calls and the faults of the
/// first pages are dearer than the thread that needs them.
#[derive(Debug)]
pub(super) struct Pool {
    size: usize,
    free: Vec<Stack>,
}

impl Pool {
    /// More than so many are given back to the kernel.
    const MOST: usize = 1024;

    pub(super) fn new(size: usize) -> Self {
        let free = Vec::new();
        Pool { size, free }
    }

    pub(super) fn take(&mut self) -> io::Result<Stack> {
        // The one that was used last is the warmest.
        self.free.pop().map_or_else(|| Stack::new(self.size), Ok)
    }

    /// # Safety
    ///
    /// Nobody is on the stack any more.
    pub(super) unsafe fn give_back(&mut self, stack: Stack) {
        if self.free.len() < Self::MOST {
            // SAFETY: nobody is on it, as the caller promises.
            unsafe { stack.trim() };
            self.free.push(stack);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    fn touch(stack: &Stack, depth: usize) {
        for below in (1..=depth).step_by(page_size()) {
            // SAFETY: at most `depth` bytes below the top, which is within the stack, and nobody is on it.
            unsafe { stack.top().wrapping_sub(below).write_volatile(1) };
        }
    }

    #[test]
    fn sizes_are_whole_pages_behind_a_guard() {
        let stack = Stack::new(100_001).unwrap();
        assert!(stack.usable().len() >= 100_001);
        assert_eq!(stack.usable().len() % page_size(), 0);
        assert_eq!(stack.guard().end, stack.usable().start);
        assert_eq!(stack.top().addr(), stack.usable().end);
        assert!(Stack::new(0).unwrap().usable().len() >= 4 * page_size());
        assert!(Stack::new(usize::MAX).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_follows_what_is_touched_and_trimming_gives_it_back() {
        let stack = Stack::new(1 << 20).unwrap();
        assert_eq!(stack.resident().unwrap(), 0);
        touch(&stack, 1);
        assert_eq!(stack.resident().unwrap(), page_size());
        touch(&stack, 512 << 10);
        assert_eq!(stack.resident().unwrap(), 512 << 10);
        // SAFETY: nobody is on it.
        unsafe { stack.trim() };
        assert!((page_size()..=KEPT.max(page_size())).contains(&stack.resident().unwrap()));
    }

    #[test]
    fn a_stack_that_was_given_back_is_the_next_one() {
        let mut pool = Pool::new(64 << 10);
        let stack = pool.take().unwrap();
        let place = stack.usable();
        // SAFETY: nobody was ever on it.
        unsafe { pool.give_back(stack) };
        assert_eq!(pool.take().unwrap().usable(), place);
        assert_ne!(pool.take().unwrap().usable().len(), 0);
    }
}
