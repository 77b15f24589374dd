//! A copy is whole and new, and the kernel made it.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/original", O_RDONLY|O_CLOEXEC) = $from
//! openat(AT_FDCWD, "*/copy", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, *) = $to
//! copy_file_range($from, NULL, $to, NULL, *) = 100000
//! !read(*, *, 8192) = 8192
//! ```

use std::fs;
use std::io::ErrorKind;

use super::exercise::copy;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder for the files");
    let path = |name: &str| folder.path().join(name);
    let content: Vec<u8> = (0..=250).cycle().take(100_000).collect();
    fs::write(path("original"), &content).expect("the file can be written");
    let copied = copy(&path("original"), &path("copy")).map_err(|error| error.kind());
    assert_eq!(copied, Ok(100_000), "the result is the number of bytes");
    let there = fs::read(path("copy")).expect("the copy can be read");
    assert!(
        there == content,
        "the copy has other bytes than the original"
    );
    println!("✓ the copy has all bytes");

    let again = copy(&path("original"), &path("copy")).map_err(|error| error.kind());
    assert_eq!(
        again,
        Err(ErrorKind::AlreadyExists),
        "a file that is there must not be overwritten"
    );
    let missing = copy(&path("missing"), &path("other")).map_err(|error| error.kind());
    assert_eq!(missing, Err(ErrorKind::NotFound));
    assert!(
        !path("other").exists(),
        "no copy must be begun of a file that is not there"
    );
    println!("✓ a file that is there stays as it is");
}
