//! From -4095 to -1 it is an error with its sign turned; all other numbers are answers.
//!
//! Below -4095 they may be addresses, whose upper half looks negative. The kernel hands out none in
//! the last page, so the two never meet. This is what the C library does before it says -1.

use std::io;

/// What the kernel means by `returned`.
pub fn answer(returned: isize) -> io::Result<usize> {
    match returned {
        -4095..0 => Err(io::Error::from_raw_os_error(-returned as i32)),
        _ => Ok(returned as usize),
    }
}
