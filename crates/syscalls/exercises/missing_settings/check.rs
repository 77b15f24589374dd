//! Only a file that is not there counts as missing, and nobody asks before opening it.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/missing", *) = -1 ENOENT (*)
//! !*stat*(*"*/missing", *)
//! !*access*(*"*/missing", *)
//! ```

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;

use super::exercise::settings;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();

    fs::write(folder.join("settings"), "color = blue").expect("a file");
    let text = settings(&folder.join("settings")).expect("a readable file is no error");
    assert_eq!(
        text.as_deref(),
        Some("color = blue"),
        "the text of the file"
    );
    println!("✓ a file is read");

    let text = settings(&folder.join("missing")).expect("a missing file is no error");
    assert_eq!(text, None, "there is no such file");
    println!("✓ a missing file is none");

    let kind = settings(folder).err().map(|error| error.kind());
    assert_eq!(
        kind,
        Some(ErrorKind::IsADirectory),
        "a folder in its place is an error"
    );
    println!("✓ a folder in its place is an error");

    symlink("circle", folder.join("circle")).expect("a link");
    let told = settings(&folder.join("circle"));
    assert!(
        told.is_err(),
        "a link that leads to itself is no missing file, but got {told:?}"
    );
    println!("✓ a link that leads to itself is an error");

    let told = settings(&folder.join("x".repeat(300)));
    assert!(
        told.is_err(),
        "a name of 300 bytes is no missing file, but got {told:?}"
    );
    println!("✓ a name that is too long is an error");
}
