//! Paths are the same file when they lead to the same inode.

use std::fs;
use std::os::unix::fs::symlink;

use super::exercise::same_file;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let file = folder.join("file");
    fs::write(&file, "content").expect("a file");
    fs::create_dir(folder.join("sub")).expect("a folder");
    let same = |other: &str| same_file(&file, &folder.join(other));

    assert_eq!(
        same("sub/../file").ok(),
        Some(true),
        "sub/../file is the same file"
    );
    println!("✓ a path may be written in two ways");

    symlink("file", folder.join("link")).expect("a link");
    assert_eq!(
        same("link").ok(),
        Some(true),
        "a symbolic link leads to the file"
    );
    println!("✓ a symbolic link leads to the file");

    fs::hard_link(&file, folder.join("sub/name")).expect("a second name");
    assert_eq!(
        same("sub/name").ok(),
        Some(true),
        "sub/name is a second name of the same file"
    );
    println!("✓ a hard link is a second name of the file");

    fs::write(folder.join("copy"), "content").expect("a file");
    assert_eq!(same("copy").ok(), Some(false), "a copy is another file");
    assert_eq!(same("sub").ok(), Some(false), "a folder is another file");
    println!("✓ a copy is another file");

    assert!(same("missing").is_err(), "a missing file is an error");
    println!("✓ a missing file is an error");
}
