//! Each file of a tree counts once, and nothing outside of it.

use std::fs;
use std::os::unix::fs::symlink;

use super::exercise::length;

pub fn main() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (tree, outside) = (
        temporary.path().join("tree"),
        temporary.path().join("outside"),
    );
    fs::create_dir_all(tree.join("a/b/c")).expect("folders");
    fs::create_dir(&outside).expect("a folder");
    fs::write(outside.join("large"), [0; 100_000]).expect("a file");

    assert_eq!(length(&tree).ok(), Some(0), "there is no file yet");
    for (name, bytes) in [("one", 1), ("a/ten", 10), ("a/b/c/hundred", 100)] {
        fs::write(tree.join(name), vec![0; bytes]).expect("a file");
    }
    assert_eq!(length(&tree).ok(), Some(111), "1 + 10 + 100 bytes");
    println!("✓ files in folders in folders");

    fs::hard_link(tree.join("a/ten"), tree.join("also-ten")).expect("a second name");
    assert_eq!(
        length(&tree).ok(),
        Some(111),
        "a second name of a file adds nothing"
    );
    println!("✓ a file with two names counts once");

    symlink(outside.join("large"), tree.join("link")).expect("a link");
    symlink(&outside, tree.join("a/link")).expect("a link");
    symlink("nowhere", tree.join("a/b/nowhere")).expect("a link");
    assert_eq!(length(&tree).ok(), Some(111), "links are not followed");
    println!("✓ links are not followed");

    symlink("..", tree.join("a/b/up")).expect("a link");
    assert_eq!(
        length(&tree).ok(),
        Some(111),
        "a link up goes round in a circle"
    );
    println!("✓ it does not go round in circles");
}
