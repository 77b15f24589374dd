//! Which file is found for a name, in a tree with a trap in each directory.
//!
//! ```syscalls
//! *access*("*/second/tool", X_OK*) = -1 EACCES *
//! *access*("*/third/tool", X_OK*) = 0
//! !openat(AT_FDCWD, "*/tool", O_RDONLY*)
//! !execve
//! ```

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::exercise::find;

pub fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    for directory in ["empty", "first/tool", "second", "third", "fourth"] {
        fs::create_dir_all(root.join(directory)).expect("a directory");
    }
    file(&root.join("second/tool"), 0o644);
    file(&root.join("third/tool"), 0o755);
    file(&root.join("fourth/tool"), 0o755);
    let path = |names: &[&str]| -> String {
        let folders: Vec<String> = names
            .iter()
            .map(|name| root.join(name).display().to_string())
            .collect();
        folders.join(":")
    };
    let found = |names: &[&str]| find("tool", &path(names));

    assert_eq!(
        found(&["empty", "third", "fourth"]),
        Ok(root.join("third/tool")),
        "the first that has it"
    );
    println!("✓ the order of PATH decides");
    assert_eq!(
        found(&["empty", "first", "third"]),
        Ok(root.join("third/tool")),
        "first/tool is a directory and is passed over"
    );
    assert_eq!(
        found(&["second", "third"]),
        Ok(root.join("third/tool")),
        "second/tool may not be executed and is passed over"
    );
    println!("✓ what cannot be executed is passed over");

    assert_eq!(found(&["empty"]), Err(127), "there is no such name: 127");
    assert_eq!(
        found(&["second", "empty"]),
        Err(126),
        "there is one that may not be executed: 126"
    );
    println!("✓ 127 and 126 are told apart");

    let direct = root.join("fourth/tool").display().to_string();
    assert_eq!(
        find(&direct, &path(&["third"])),
        Ok(PathBuf::from(&direct)),
        "a name with a slash is a path"
    );
    let direct = root.join("second/tool").display().to_string();
    assert_eq!(
        find(&direct, &path(&["third"])),
        Err(126),
        "a path that may not be executed"
    );
    assert_eq!(
        find("./nothing", &path(&["third"])),
        Err(127),
        "a path that leads nowhere"
    );
    println!("✓ a name with a slash is not looked for");

    std::env::set_current_dir(root.join("third")).expect("the directory");
    let here = find("tool", &format!("{}:", path(&["empty"])));
    let here = here.map(|file| fs::canonicalize(file).expect("it exists"));
    let expected = fs::canonicalize(root.join("third/tool")).expect("it exists");
    assert_eq!(
        here,
        Ok(expected),
        "an empty directory in PATH is the current one"
    );
    println!("✓ an empty entry is the current directory");
}

/// A file with these permissions.
fn file(path: &Path, mode: u32) {
    fs::write(path, "#!/bin/sh\n").expect("a file");
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("its permissions");
}
