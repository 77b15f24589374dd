//! The system-call instruction by hand, on x86-64 and arm64.
//!
//! A program cannot call the kernel as it calls a function: the kernel's code is not in the
//! program's reach. It loads a number that says which call and up to six arguments into registers
//! and executes one instruction; the processor changes to its privileged mode and goes on at the
//! one address that the kernel has laid down for this. One number comes back. Which registers these
//! are is a convention between kernel and program, one for each architecture:
//!
//! | | x86-64 | arm64 |
//! |---|---|---|
//! | instruction | `syscall` | `svc #0` |
//! | number | `rax` | `x8` |
//! | arguments | `rdi` `rsi` `rdx` `r10` `r8` `r9` | `x0` to `x5` |
//! | result | `rax` | `x0` |
//! | lost besides | `rcx` `r11` | nothing |
//!
//! The result needs a convention too, since a single register carries both answers and errors: the
//! numbers from -4095 to -1 are error numbers with their sign turned, everything else is an answer.
//! [`result`] is that rule. The C library makes of it the -1 and the variable `errno` that [manual
//! pages](https://man7.org/linux/man-pages/man2/syscalls.2.html) speak of; the kernel knows nothing
//! of `errno`.
//!
//! macOS has the same instructions, but promises nothing to those who go past its C library: the
//! numbers and conventions may change with any release, and have (Go, which made its calls itself,
//! learned it so). On Linux they never change, so this module is for Linux.
//!
//! # Soundness
//!
//! [`syscall`] is as unsafe as a call can be, and says so. The safe functions pass addresses and
//! lengths that come from one slice which they borrow for the whole call, or no addresses at all.
#![allow(unsafe_code)]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

use std::os::fd::{AsRawFd, BorrowedFd};

#[cfg(target_arch = "aarch64")]
pub use aarch64::syscall;
use nix::libc;
#[cfg(target_arch = "x86_64")]
pub use x86_64::syscall;

use crate::errno::Errno;
use crate::event::Pid;

/// The kernel keeps the last page of addresses free, so that no result which is an address can be
/// taken for an error (`MAX_ERRNO` in the kernel's `include/linux/err.h`).
const LOWEST_ERROR: isize = -4095;

/// What a returned register means.
///
/// # Errors
///
/// The error that a number from -4095 to -1 stands for.
///
/// ```
/// use syscalls::errno::Errno;
/// use syscalls::raw::result;
///
/// assert_eq!(result(13), Ok(13));
/// assert_eq!(result(-2), Err(Errno::from_number(2)));
/// ```
pub fn result(returned: isize) -> Result<usize, Errno> {
    match returned {
        LOWEST_ERROR..=-1 => Err(Errno::from_number(-returned as i32)),
        answer => Ok(answer as usize),
    }
}

/// Writes some of `bytes`, in one call, and returns how many:
/// [`write(2)`](https://man7.org/linux/man-pages/man2/write.2.html).
///
/// # Errors
///
/// What the kernel answered; `EINTR` and `EAGAIN` among it.
pub fn write(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize, Errno> {
    let arguments = [
        fd.as_raw_fd() as usize,
        bytes.as_ptr() as usize,
        bytes.len(),
        0,
        0,
        0,
    ];
    // SAFETY: the kernel reads `bytes.len()` bytes at `bytes` and keeps neither.
    result(unsafe { syscall(libc::SYS_write as usize, arguments) })
}

/// Reads some bytes into `buffer`, in one call, and returns how many; 0 at the end:
/// [`read(2)`](https://man7.org/linux/man-pages/man2/read.2.html).
///
/// # Errors
///
/// What the kernel answered; `EINTR` and `EAGAIN` among it.
pub fn read(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize, Errno> {
    let arguments = [
        fd.as_raw_fd() as usize,
        buffer.as_mut_ptr() as usize,
        buffer.len(),
        0,
        0,
        0,
    ];
    // SAFETY: the kernel writes at most `buffer.len()` bytes at `buffer`, which nobody else can see.
    result(unsafe { syscall(libc::SYS_read as usize, arguments) })
}

/// The number of this process: [`getpid(2)`](https://man7.org/linux/man-pages/man2/getpid.2.html).
#[must_use]
pub fn getpid() -> Pid {
    // SAFETY: takes no arguments, changes nothing and cannot fail.
    unsafe { syscall(libc::SYS_getpid as usize, [0; 6]) as Pid }
}

#[cfg(test)]
mod tests {
    use std::io::pipe;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn only_the_last_page_of_numbers_is_errors() {
        assert_eq!(result(0), Ok(0));
        assert_eq!(result(isize::MAX), Ok(isize::MAX as usize));
        assert_eq!(result(-1), Err(Errno::from_number(1)));
        assert_eq!(result(-4095), Err(Errno::from_number(4095)));
        // An address of the upper half, as some calls return.
        assert_eq!(result(-4096), Ok(-4096_isize as usize));
    }

    #[test]
    fn what_is_written_can_be_read() {
        let (reader, writer) = pipe().unwrap();
        let mut buffer = [0; 8];
        assert_eq!(write(writer.as_fd(), b"bytes"), Ok(5));
        assert_eq!(read(reader.as_fd(), &mut buffer), Ok(5));
        assert_eq!(&buffer[..5], b"bytes");
    }

    #[test]
    fn the_wrong_end_of_a_pipe_is_a_bad_descriptor() {
        let (reader, _writer) = pipe().unwrap();
        let refused = Errno::from_number(libc::EBADF);
        assert_eq!(write(reader.as_fd(), b"bytes"), Err(refused));
    }

    /// A multiple of every page size there is.
    const OFFSET: u64 = 65536;

    #[test]
    fn all_six_arguments_arrive() {
        let file = tempfile::tempfile().unwrap();
        std::os::unix::fs::FileExt::write_at(&file, b"sixth", OFFSET).unwrap();
        let arguments = [
            0,
            4096,
            libc::PROT_READ as usize,
            libc::MAP_PRIVATE as usize,
            file.as_raw_fd() as usize,
            OFFSET as usize,
        ];
        // SAFETY: a new mapping at a place of the kernel's choice; no other memory is touched.
        let mapped = result(unsafe { syscall(libc::SYS_mmap as usize, arguments) }).unwrap();
        // SAFETY: the page is mapped and readable, and the file has bytes there.
        let bytes = unsafe { std::slice::from_raw_parts(mapped as *const u8, 5) };
        assert_eq!(bytes, b"sixth");
        // SAFETY: the page is not used after this.
        let unmapped = unsafe { syscall(libc::SYS_munmap as usize, [mapped, 4096, 0, 0, 0, 0]) };
        assert_eq!(unmapped, 0);
    }

    #[test]
    fn the_process_has_one_number() {
        assert_eq!(getpid().unsigned_abs(), std::process::id());
    }
}
