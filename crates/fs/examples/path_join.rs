//! Joined to an absolute path, Rust's `join` forgets what was before it; Go's does not.
//!
//! Nobody should count slashes: a temporary folder may be called `/tmp` or `/tmp/`. But the two
//! libraries differ in what a path is. Rust's `join` is `cd`: an absolute path starts afresh. Go's puts
//! all parts behind each other and cleans the result.
//!
//! It matters when the second part comes from a stranger: a name in an upload or an archive. In Rust
//! `/etc/passwd` leaves the folder, and in both `../../etc/passwd` does. `is_local` asks first. Links
//! inside the folder it does not see.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use ::fs::path::{is_local, join};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let with_slash = format!("{}/", folder.path().display());
    for folder in [folder.path(), Path::new(&with_slash)] {
        let file = folder.join("notes.txt");
        let same = join(&[folder.as_os_str().as_bytes(), b"notes.txt"]);
        assert_eq!(file.as_os_str().as_bytes(), same);
        fs::write(&file, "found")?;
        assert_eq!(fs::read_to_string(&file)?, "found");
    }

    println!("{:<18}{:<26}{:<18}local", "/srv/up joined to", "std", "Go");
    for (name, in_std, in_go, local) in [
        ("a/b", "/srv/up/a/b", "/srv/up/a/b", true),
        ("a//b/", "/srv/up/a//b/", "/srv/up/a/b", true),
        ("a/../b", "/srv/up/a/../b", "/srv/up/b", true),
        ("/etc/passwd", "/etc/passwd", "/srv/up/etc/passwd", false),
        (
            "../../etc/passwd",
            "/srv/up/../../etc/passwd",
            "/etc/passwd",
            false,
        ),
        ("", "/srv/up/", "/srv/up", false),
    ] {
        let rust = PathBuf::from("/srv/up").join(name);
        let go = join(&["/srv/up", name]);
        println!("{name:<18}{:<26}{in_go:<19}{local}", rust.display());
        // As strings: std compares paths by their components, and finds more of them equal.
        assert_eq!(rust.to_str(), Some(in_std));
        assert_eq!(go, in_go.as_bytes());
        assert_eq!(is_local(name.as_bytes()), local, "{name}");
    }
    Ok(())
}
