//! Instructions made at run time.
//!
//! `unsafe` is allowed for the call: whether the bytes are a function only the caller knows.
#![allow(unsafe_code)]

use std::io;

use super::platform::Executable;

/// Machine code in memory of its own, as a just-in-time compiler makes it.
///
/// The pages are writable first, and executable and no longer writable afterwards: *W^X*. Who can
/// make a program write somewhere must not be able to make it run that.
///
/// On arm64 the processor fetches instructions through a cache of its own, which does not notice
/// stores; so the new code is first pushed out of the data cache, and what the instruction cache
/// has for that place is thrown away. On x86-64 the processor sees to it.
///
/// On Apple's processors a page can be both writable and executable, for one thread at a time only
/// the one or the other: `MAP_JIT` and `pthread_jit_write_protect_np`.
#[derive(Debug)]
pub struct Code(Executable);

impl Code {
    /// Puts `instructions` into executable memory.
    ///
    /// # Errors
    ///
    /// Those of `mmap(2)` and `mprotect(2)`: a hardened system may refuse.
    pub fn new(instructions: &[u8]) -> io::Result<Self> {
        Executable::new(instructions).map(Code)
    }

    /// Where the instructions are.
    pub fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr()
    }

    /// Calls the first instruction as a C function without arguments.
    ///
    /// # Safety
    ///
    /// The instructions are such a function for this processor, and keep C's calling convention.
    pub unsafe fn call(&self) -> i32 {
        // SAFETY: the pages are executable while `self` lives, and the caller says that this is a
        // function of this type.
        let function = unsafe { std::mem::transmute::<*const u8, Function>(self.as_ptr()) };
        // SAFETY: the caller says that it may be called.
        unsafe { function() }
    }
}

type Function = unsafe extern "C" fn() -> i32;
