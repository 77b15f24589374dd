//! The name changes over from the old file to the new one, when that is on the disk.
//!
//! ```syscalls
//! openat(*O_CREAT*) = $new
//! write($new, "new, and longer", 15) = 15
//! f*sync($new) = 0
//! rename*(*"*settings"*) = 0
//! f*sync(*) = 0
//! ```

use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::exercise::replace;

pub fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let path = folder.join("settings");
    fs::write(&path, "old").expect("a file");
    fs::set_permissions(&path, Permissions::from_mode(0o640)).expect("the owner sets modes");
    let mut reader = File::open(&path).expect("the file is there");

    replace(&path, b"new, and longer").expect("the folder can be written");
    let text = fs::read_to_string(&path).expect("the file is there");
    assert_eq!(text, "new, and longer", "the new content");
    println!("✓ the new content is there");

    let mut seen = String::new();
    reader.read_to_string(&mut seen).expect("it is open");
    assert_eq!(
        seen, "old",
        "who had the old file open must still read the old content"
    );
    println!("✓ who had the old file open still reads it");

    let mode = fs::metadata(&path).expect("the file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o640, "the mode was 640, and is now {mode:o}");
    println!("✓ the mode stays");

    replace(&folder.join("other"), b"first").expect("a missing file is made");
    assert_eq!(
        fs::read(folder.join("other")).ok().as_deref(),
        Some(&b"first"[..])
    );
    println!("✓ a missing file is made");

    fs::create_dir(folder.join("sub")).expect("a folder");
    assert!(
        replace(&folder.join("sub"), b"x").is_err(),
        "a folder is no file"
    );
    assert_eq!(
        names(folder),
        ["other", "settings", "sub"],
        "nothing else may be left in the folder"
    );
    println!("✓ nothing is left behind, also by a failure");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}
