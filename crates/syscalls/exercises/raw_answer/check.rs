//! A returned number is an error from -4095 to -1, and an answer otherwise.
//!
//! ```syscalls
//! write(2147483647, "x", 1) = -1 EBADF (Bad file descriptor)
//! close(2147483647) = -1 EBADF (Bad file descriptor)
//! ```
#![allow(unsafe_code)] // makes system calls by hand

use std::process;

use nix::libc;
use syscalls::raw;

use super::exercise::answer;

pub fn main() {
    let number = answer(call(libc::SYS_getpid, [0; 6])).expect("getpid cannot fail");
    assert_eq!(
        number,
        process::id() as usize,
        "getpid returns this process's number"
    );
    println!("✓ an answer is an answer");

    let text = "x";
    let bad = i32::MAX as usize;
    let refused = answer(call(
        libc::SYS_write,
        [bad, text.as_ptr() as usize, 1, 0, 0, 0],
    ));
    let error = refused.expect_err("nobody can write to descriptor 2147483647: the kernel said -9");
    assert_eq!(
        error.raw_os_error(),
        Some(libc::EBADF),
        "-9 is error 9, EBADF"
    );
    let refused = answer(call(libc::SYS_close, [bad, 0, 0, 0, 0, 0]));
    assert!(refused.is_err(), "nor can anybody close it");
    println!("✓ -9 is error 9");

    let error = answer(-1).expect_err("-1 is error 1");
    assert_eq!(
        error.raw_os_error(),
        Some(libc::EPERM),
        "-1 is error 1, EPERM, and no errno"
    );
    let error = answer(-4095).expect_err("-4095 is the last error");
    assert_eq!(error.raw_os_error(), Some(4095), "-4095 is error 4095");
    println!("✓ errors go from 1 to 4095");

    for address in [-4096, isize::MIN, isize::MAX] {
        let told = answer(address).expect("below -4095 it is an answer");
        assert_eq!(told, address as usize, "an address comes through as it is");
    }
    println!("✓ an address is an answer, also one that looks negative");
}

fn call(number: i64, arguments: [usize; 6]) -> isize {
    // SAFETY: the calls above change no memory, and read at most the byte that they are given.
    unsafe { raw::syscall(number as usize, arguments) }
}
