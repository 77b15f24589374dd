//! Permission is asked for with `access(2)`, which knows about users, groups and mounts; the mode's
//! bits alone do not. The answer can be old when the program is started: `execve` has the last word,
//! and a shell that looks up names does so to give a good message and to remember the place.

use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

/// The file that `name` means, or the status that a shell gives.
pub fn find(name: &str, path: &str) -> Result<PathBuf, i32> {
    let candidates: Vec<PathBuf> = if name.contains('/') {
        vec![PathBuf::from(name)]
    } else {
        let directories = path.split(':');
        let directories = directories.map(|name| if name.is_empty() { "." } else { name });
        directories
            .map(|directory| Path::new(directory).join(name))
            .collect()
    };
    let mut status = 127;
    for file in candidates {
        if file.is_file() && access(&file, AccessFlags::X_OK).is_ok() {
            return Ok(file);
        }
        if file.exists() {
            status = 126;
        }
    }
    Err(status)
}
