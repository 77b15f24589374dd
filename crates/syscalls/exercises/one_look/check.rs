//! Three answers about a file come from one call.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! statx(AT_FDCWD, "*/asked-once", *) = 0 x1
//! ```

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::time::{Duration, SystemTime};

use super::exercise::describe;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("asked-once");
    let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let mut file = File::create(&path).expect("a file");
    file.write_all(b"0123456789").expect("ten bytes");
    file.set_modified(changed).expect("the owner sets times");

    let told = describe(&path).expect("the file is there");
    assert!(!told.folder, "a regular file is no folder");
    assert_eq!(told.length, 10, "ten bytes were written to the file");
    assert_eq!(
        told.changed, changed,
        "the file's time was set to 2001-09-09"
    );
    println!("✓ a file is described");

    let told = describe(folder.path()).expect("the folder is there");
    assert!(told.folder, "a folder must be called one");
    println!("✓ a folder is described");

    let nothing = describe(&folder.path().join("nothing"));
    let kind = nothing.err().map(|error| error.kind());
    assert_eq!(
        kind,
        Some(ErrorKind::NotFound),
        "nothing can be said of a missing file"
    );
    println!("✓ a missing file is an error");
}
