//! Tells errors from answers in what the kernel returns, without the C library.
//!
//! Linux only: macOS promises its system calls to nobody but its own C library.
//!
//! A system call leaves one number in a register. `answer` makes a `Result` of it. The version
//! below does what one does after a function of the C library; but the kernel itself knows no -1
//! and no `errno`.
//!
//! Checked with calls made by hand (`syscalls::raw`): one that works, some that fail, and one whose
//! answer is an address.
//!
//! Lesson: syscalls/raw-syscall-asm

use std::io;

/// What the kernel means by `returned`.
pub fn answer(returned: isize) -> io::Result<usize> {
    if returned == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(returned as usize)
}
