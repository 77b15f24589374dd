//! One file of one page, mapped twice. First twice the room is reserved, so that nobody else gets the
//! second half's addresses; then MAP_FIXED puts the file over each half. The page table has two entries
//! for one frame, and the processor does what the modulo did.
//!
//! Soundness: the memory is ours alone (a memfd without a name), is written through `&mut self` and
//! read through `&self` only, and never at two addresses at once: `filled` and the part that `push`
//! writes are together at most N long.
#![allow(unsafe_code)]

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{Ordering, compiler_fence};

use memory::page::page_size;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};

/// A queue of bytes in one page.
pub struct Ring {
    /// Two pages of addresses, one page of memory.
    memory: NonNull<u8>,
    size: usize,
    /// Where the next byte to be taken is; below `size`.
    start: usize,
    /// At most `size`.
    length: usize,
}

impl Ring {
    /// An empty one.
    pub fn new() -> io::Result<Self> {
        let size = page_size();
        let file = File::from(memfd_create(c"ring", MFdFlags::MFD_CLOEXEC)?);
        file.set_len(size as u64)?;
        let one = NonZero::new(size).expect("a page has bytes");
        let both = NonZero::new(2 * size).expect("two pages have bytes");
        // SAFETY: the kernel chooses addresses that nobody uses.
        let reserved =
            unsafe { mmap_anonymous(None, both, ProtFlags::PROT_NONE, MapFlags::MAP_PRIVATE) }?;
        let ring = Self {
            memory: reserved.cast(),
            size,
            start: 0,
            length: 0,
        };
        for half in [0, size] {
            let address = NonZero::new(reserved.addr().get() + half);
            let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
            let flags = MapFlags::MAP_SHARED | MapFlags::MAP_FIXED;
            // SAFETY: this replaces a half of what was reserved above, which nobody refers to.
            unsafe { mmap(address, one, access, flags, &file, 0) }?;
        }
        Ok(ring)
    }

    /// Appends as much of `data` as there is room for, and says how much that was.
    pub fn push(&mut self, data: &[u8]) -> usize {
        let count = data.len().min(self.size - self.length);
        let end = (self.start + self.length) % self.size;
        // SAFETY: end is in the first page, so count bytes from it are in the two.
        let free = unsafe { self.memory.add(end) };
        // SAFETY: these bytes are mapped, nobody else refers to them, and any byte is a u8.
        let free = unsafe { slice::from_raw_parts_mut(free.as_ptr(), count) };
        free.copy_from_slice(&data[..count]);
        // To the compiler different addresses are different memory: what it knows of the other page
        // from before this store it has to forget.
        compiler_fence(Ordering::SeqCst);
        self.length += count;
        count
    }

    /// All that is in the ring.
    pub fn filled(&self) -> Cow<'_, [u8]> {
        // SAFETY: start is in the first page.
        let filled = unsafe { self.memory.add(self.start) };
        // SAFETY: length is a page at most, so these bytes are mapped; they are written by `&mut self` only.
        Cow::Borrowed(unsafe { slice::from_raw_parts(filled.as_ptr(), self.length) })
    }

    /// Removes the oldest `count` bytes, or all if there are fewer.
    pub fn pop(&mut self, count: usize) {
        let count = count.min(self.length);
        self.start = (self.start + count) % self.size;
        self.length -= count;
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: both halves were mapped by `new`, and no slice outlives the ring.
        let outcome = unsafe { munmap(self.memory.cast(), 2 * self.size) };
        debug_assert!(outcome.is_ok(), "munmap: {outcome:?}");
    }
}
