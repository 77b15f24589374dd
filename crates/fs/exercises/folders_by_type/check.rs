//! The list of a folder says what each entry is.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! getdents64(*) = *
//! !*stat*(*entry-*)
//! ```

use std::fs;
use std::os::unix::fs::symlink;

use super::exercise::folders;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    for number in [3, 1, 2] {
        fs::create_dir(folder.join(format!("entry-{number}"))).expect("a folder");
        fs::write(folder.join(format!("entry-{number}.txt")), "text").expect("a file");
    }
    symlink("entry-1", folder.join("entry-link")).expect("a link");
    symlink("entry-1.txt", folder.join("entry-link.txt")).expect("a link");

    let names = folders(folder).expect("the folder is there");
    assert_eq!(
        names,
        ["entry-1", "entry-2", "entry-3"],
        "the three folders, in order"
    );
    println!("✓ the folders are found, and no files and links");

    let names = folders(&folder.join("entry-1")).expect("the folder is there");
    assert!(
        names.is_empty(),
        "there is nothing in entry-1, but got {names:?}"
    );
    println!("✓ an empty folder has none");

    assert!(
        folders(&folder.join("entry-4")).is_err(),
        "there is no entry-4"
    );
    println!("✓ a missing folder is an error");
}
