//! Windows have the right bytes, and nobody's place in the file moves.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/windows", O_RDONLY|O_CLOEXEC) = $file
//! read($file, "0123", 4) = 4
//! pread64($file, "abc", 3, 10) = 3
//! pread64($file, "0123456789", 10, 0) = 10
//! read($file, "4567", 4) = 4
//! !lseek
//! ```

use std::fs::{self, File};
use std::io::{ErrorKind, Read};

use super::exercise::window;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("windows");
    fs::write(&path, "0123456789abcdef").expect("the file can be written");
    let file = File::open(&path).expect("it is there");
    let mut reader = &file;
    let mut four = [0; 4];
    reader.read_exact(&mut four).expect("it has 16 bytes");
    assert_eq!(text(&file, 10, 3), Ok("abc".to_owned()));
    assert_eq!(text(&file, 0, 10), Ok("0123456789".to_owned()));
    println!("✓ windows at any offset");

    reader.read_exact(&mut four).expect("it has 16 bytes");
    assert_eq!(
        four, *b"4567",
        "who reads the file from its beginning must not notice"
    );
    println!("✓ the file's place is where it was");

    assert_eq!(text(&file, 16, 0), Ok(String::new()));
    for (offset, length) in [(14, 3), (16, 1), (100, 1)] {
        assert_eq!(
            text(&file, offset, length),
            Err(ErrorKind::UnexpectedEof),
            "{length} bytes at {offset} of a file of 16 bytes"
        );
    }
    println!("✓ a window beyond the end is an error");
}

fn text(file: &File, offset: u64, length: usize) -> Result<String, ErrorKind> {
    match window(file, offset, length) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(error.kind()),
    }
}
