//! The kernel gives memory by the page: ask for one byte, and a whole page is there.
//!
//! A page is what the processor translates as one: 4096 bytes on x86-64 and most arm64 Linux, 16384
//! on Apple's processors. Addresses that `mmap` returns are multiples of it, permissions hold for
//! all of it, and a program that has 4096 built in as a number breaks on the next machine.
//!
//! ```syscalls
//! mmap(NULL, 1, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = $page
//! mprotect(*, 1, PROT_READ) = -1 EINVAL (Invalid argument)
//! munmap($page, 1) = 0
//! ```
#![allow(unsafe_code)] // maps memory by hand

use std::num::NonZero;

use memory::page::page_size;
use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

fn main() -> nix::Result<()> {
    let size = page_size();
    println!("a page has {size} bytes");
    assert!([4096, 16384, 65536].contains(&size));

    let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
    // SAFETY: the kernel chooses the place, so nothing that exists is replaced.
    let page =
        unsafe { mmap_anonymous(None, NonZero::<usize>::MIN, access, MapFlags::MAP_PRIVATE) }?;
    println!("one byte, please: here it is, at {page:p}");
    assert!(page.addr().get().is_multiple_of(size));

    // SAFETY: nobody else has the page, and bytes may be anything.
    let bytes: &mut [u8] = unsafe { std::slice::from_raw_parts_mut(page.cast().as_ptr(), size) };
    bytes[size - 1] = 1;
    println!("byte {} can be written too", size - 1);
    assert_eq!(
        bytes.iter().map(|&byte| usize::from(byte)).sum::<usize>(),
        1
    );

    let second = page.map_addr(|address| address.saturating_add(1));
    // SAFETY: the kernel refuses, since the address is not the beginning of a page.
    let refused = unsafe { mprotect(second, 1, ProtFlags::PROT_READ) };
    println!("the second byte alone read-only: {refused:?}");
    assert_eq!(refused, Err(Errno::EINVAL));

    // SAFETY: the page is ours, and not used any more.
    unsafe { munmap(page, 1) }
}
