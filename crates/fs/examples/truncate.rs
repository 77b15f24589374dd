//! A file can be cut or grown to any length, by path or by handle; new bytes are zeros.
//!
//! `truncate(2)` takes a path, `ftruncate(2)` an open file, which has to be open for writing. std has
//! the second ([`File::set_len`]); Go has both, `os.Truncate` and `File.Truncate`.
//!
//! The length changes, the offset of an open file does not. A program that goes on writing after its
//! log was emptied by somebody else writes where it was, and in front of it is a hole that reads as
//! zeros. A log that is to be emptied by others has to be open with `O_APPEND`.
//!
//! ```syscalls
//! truncate("*/file", 5) = 0
//! ftruncate($file, 8) = 0
//! ftruncate($reader, 1) = -1 EINVAL (Invalid argument)
//! ftruncate($file, 0) = 0
//! write($file, "!", 1) = 1
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};

use nix::unistd::truncate;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let mut file = File::create(&path)?;
    file.write_all(b"0123456789")?;

    truncate(&path, 5)?;
    let cut = fs::read(&path)?;
    println!("by path to 5:   {}", cut.escape_ascii());
    assert_eq!(cut, b"01234");

    file.set_len(8)?;
    let grown = fs::read(&path)?;
    println!("by handle to 8: {}", grown.escape_ascii());
    assert_eq!(grown, b"01234\0\0\0");

    let refused = File::open(&path)?.set_len(1).unwrap_err();
    println!("open to read:   {refused}");
    assert_eq!(refused.kind(), ErrorKind::InvalidInput);

    // Ten bytes were written through this handle, and there it goes on.
    file.set_len(0)?;
    file.write_all(b"!")?;
    let hole = fs::read(&path)?;
    println!("to 0, then '!': {}", hole.escape_ascii());
    assert_eq!(hole, b"\0\0\0\0\0\0\0\0\0\0!");
    Ok(())
}
