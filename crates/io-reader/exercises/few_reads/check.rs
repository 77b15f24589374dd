//! All lines of a file are counted, and the file is read in large pieces.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/lines", O_RDONLY|O_CLOEXEC) = $file
//! read($file, "a line of text\na line of text\na "..., $most) = $most
//! read($file, "", $most) = 0
//! !read(*, *, 1)
//! !read(*) = 30000
//! ```

use std::fs::{self, File};

use super::exercise::count_lines;

/// One piece of 8 KiB would not be enough, nor two of 4 KiB.
const LINES: usize = 2000;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("lines");
    let count = |text: &str| {
        fs::write(&path, text).expect("the file can be written");
        count_lines(File::open(&path).expect("it is there")).expect("it can be read")
    };
    assert_eq!(
        count(&"a line of text\n".repeat(LINES)),
        LINES,
        "the file has {LINES} lines"
    );
    println!("✓ {LINES} lines");
    assert_eq!(count(""), 0, "an empty file has no line");
    assert_eq!(
        count("one\n\nthree, without its newline"),
        2,
        "what counts is the newlines"
    );
    println!("✓ no lines, an empty one, and one that is not finished");
}
