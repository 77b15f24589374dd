//! One instruction is a whole write(2): it returns how much was written, or -9 for a bad descriptor.
//!
//! `raw::syscall` puts the number and the arguments where the kernel looks for them and executes
//! `syscall` (x86-64) or `svc #0` (arm64). Between this program and the kernel there is nothing
//! else: no C library, no standard library, no buffer.
//!
//! The kernel knows no -1 and no `errno`. An error comes back in the same register as the answer,
//! with its sign turned: -9 is error 9, `EBADF`. The C library makes of it what the manual page
//! promises.
//!
//! ```syscalls
//! write(1, "written by hand\n", 16) = 16
//! write(2147483647, "written by hand\n", 16) = -1 EBADF (Bad file descriptor)
//! ```
//!
//! Linux only: macOS promises its numbers to nobody but its own C library.
#![allow(unsafe_code)] // for the instruction itself; the arguments are good

#[cfg(target_os = "linux")]
fn main() {
    use nix::libc;
    use syscalls::errno::Errno;
    use syscalls::raw;

    let text = "written by hand\n";
    let write_to = |fd: i32| {
        let (address, length) = (text.as_ptr() as usize, text.len());
        let arguments = [fd as usize, address, length, 0, 0, 0];
        // SAFETY: write(2) only reads, and no more than the `length` bytes that are at `address`.
        unsafe { raw::syscall(libc::SYS_write as usize, arguments) }
    };

    let written = write_to(libc::STDOUT_FILENO);
    println!("standard output: {written}");
    assert_eq!(written, 16);

    // No process can have this descriptor: its table would have to have two thousand million entries.
    let refused = write_to(i32::MAX);
    println!("descriptor {}: {refused}", i32::MAX);
    assert_eq!(refused, -9);

    assert_eq!(raw::result(written), Ok(16));
    assert_eq!(raw::result(refused), Err(Errno::from_number(9)));
}

#[cfg(not(target_os = "linux"))]
fn main() {}
