//! macOS: which signals a lost page is, and how memory becomes executable.
//!
//! `unsafe` is allowed for a map of our own and the three calls that switch it. They get the range
//! that this value has mapped and that nobody else knows until it is finished.
#![allow(unsafe_code)]

use std::io;
use std::ptr;

use nix::libc::{self, c_void};

/// What touching a page behind a file's end raises: the pager's answer decides which.
pub(super) const FAULTS: &[libc::c_int] = &[libc::SIGBUS, libc::SIGSEGV];

/// Pages for code. `MAP_JIT` makes them executable from the start, and writable for a thread that
/// says so.
#[derive(Debug)]
pub(super) struct Executable {
    start: *mut c_void,
    len: usize,
}

unsafe extern "C" {
    fn sys_icache_invalidate(start: *mut c_void, len: usize);
}

// SAFETY: after `new` the pages are only read, and unmapping may be done by any thread.
unsafe impl Send for Executable {}
// SAFETY: as above.
unsafe impl Sync for Executable {}

impl Executable {
    pub(super) fn new(instructions: &[u8]) -> io::Result<Self> {
        let len = instructions.len().max(1);
        let access = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANON | libc::MAP_JIT;
        // SAFETY: the kernel chooses the place, so nothing that exists is replaced.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, access, kind, -1, 0) };
        if start == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let pages = Executable { start, len };
        // SAFETY: from here on this thread can write code pages, and not run them.
        unsafe { libc::pthread_jit_write_protect_np(0) };
        // SAFETY: so many bytes are mapped, writable for this thread, and nobody else's.
        unsafe {
            ptr::copy_nonoverlapping(instructions.as_ptr(), start.cast(), instructions.len())
        };
        // SAFETY: and the other way round again.
        unsafe { libc::pthread_jit_write_protect_np(1) };
        // SAFETY: the range is mapped.
        unsafe { sys_icache_invalidate(start, len) };
        Ok(pages)
    }

    pub(super) fn as_ptr(&self) -> *const u8 {
        self.start.cast()
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        // SAFETY: this is the range that `new` has mapped.
        unsafe { libc::munmap(self.start, self.len) };
    }
}
