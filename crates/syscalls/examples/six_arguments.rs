//! A call takes at most six arguments, each in a register; mmap needs them all.
//!
//! Arguments travel in registers because the kernel has a stack of its own and does not trust the
//! program's. Six are the most that Linux takes on any architecture, and they fit the registers in
//! which a C function expects its first arguments, so the library has next to nothing to move. A
//! call that needs more takes the address of a structure (`clone3`, `openat2`), which the kernel
//! copies from the program's memory.
//!
//! mmap(2) makes pages of a file part of the program's memory. Here each of its six arguments can
//! be seen to arrive: where, how long, what is allowed, shared or not, which file, from which place
//! on.
//!
//! ```syscalls
//! mmap(NULL, 6, PROT_READ, MAP_PRIVATE, $file, 0) = $page
//! mmap($page, 6, PROT_READ, MAP_PRIVATE|MAP_FIXED, $file, 0x10000) = $page
//! ```
#![allow(unsafe_code)] // memory is mapped, and looked at as a slice

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::ptr::{self, NonNull};

use nix::libc::{MAP_FIXED, MAP_PRIVATE, PROT_READ};

/// A place in the file; places have to be multiples of the page size, which is 64 KiB at the most.
const FAR: u64 = 0x1_0000;

fn main() -> io::Result<()> {
    let file = tempfile::tempfile()?;
    file.write_all_at(b"first.", 0)?;
    file.write_all_at(b"second", FAR)?;
    let file = file.as_fd();

    // SAFETY: the kernel chooses a place where nothing is.
    let page = unsafe { map(ptr::null_mut(), 6, PROT_READ, MAP_PRIVATE, file, 0) }?;
    println!("{page:?}: {}", text(page));
    assert_eq!(text(page), "first.");

    let flags = MAP_PRIVATE | MAP_FIXED;
    // SAFETY: what is replaced is the page of above, to which there is no reference any more.
    let again = unsafe { map(page.as_ptr(), 6, PROT_READ, flags, file, FAR) }?;
    println!("{again:?}: {}", text(again));
    assert_eq!((again, text(again)), (page, "second".to_owned()));
    Ok(())
}

fn text(page: NonNull<u8>) -> String {
    // SAFETY: `map` has mapped that many bytes there, and nobody writes to them.
    let bytes = unsafe { std::slice::from_raw_parts(page.as_ptr(), 6) };
    String::from_utf8_lossy(bytes).into_owned()
}

/// mmap by the instruction itself.
///
/// # Safety
///
/// With `MAP_FIXED`, nothing that is in use may lie at `address`.
#[cfg(target_os = "linux")]
unsafe fn map(
    address: *mut u8,
    length: usize,
    protection: i32,
    flags: i32,
    file: BorrowedFd<'_>,
    offset: u64,
) -> io::Result<NonNull<u8>> {
    let arguments = [
        address as usize,
        length,
        protection as usize,
        flags as usize,
        file.as_raw_fd() as usize,
        offset as usize,
    ];
    let number = nix::libc::SYS_mmap as usize;
    // SAFETY: the caller answers for what is at `address`.
    let answer = syscalls::raw::result(unsafe { syscalls::raw::syscall(number, arguments) });
    let page = answer.map_err(|errno| io::Error::from_raw_os_error(errno.number()))?;
    Ok(NonNull::new(page as *mut u8).expect("never at address 0"))
}

/// mmap by the C library, through which macOS wants all calls to go.
///
/// # Safety
///
/// With `MAP_FIXED`, nothing that is in use may lie at `address`.
#[cfg(not(target_os = "linux"))]
unsafe fn map(
    address: *mut u8,
    length: usize,
    protection: i32,
    flags: i32,
    file: BorrowedFd<'_>,
    offset: u64,
) -> io::Result<NonNull<u8>> {
    use nix::libc::{MAP_FAILED, mmap};
    let fd = file.as_raw_fd();
    // SAFETY: the caller answers for what is at `address`.
    let page = unsafe { mmap(address.cast(), length, protection, flags, fd, offset as i64) };
    if page == MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    Ok(NonNull::new(page.cast()).expect("never at address 0"))
}
