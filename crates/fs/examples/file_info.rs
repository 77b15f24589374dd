//! Kind, size, permissions and time of the last change are in the inode; one call reads them all.
//!
//! `fs::metadata` follows a symbolic link to the end, `fs::symlink_metadata` describes the link
//! itself: in C, `stat` and `lstat`, in Go, `os.Stat` and `os.Lstat`. The name is not part of it. It
//! is how the file was found, and a file may have several or none (Go's `FileInfo.Name()` gives
//! back what one has asked with). The size of a link is the length of the path in it.
//!
//! The answers here are compared with stat(1), whose options differ between GNU and BSD.
//!
//! Needs: stat

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, directory, link] =
        ["file", "directory", "link"].map(|name| folder.path().join(name));
    fs::write(&file, "twelve bytes")?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640))?;
    fs::create_dir(&directory)?;
    symlink("file", &link)?;

    for path in [&file, &directory, &link] {
        let ours = describe(&fs::symlink_metadata(path)?);
        println!("{:9} {ours}", path.file_name().unwrap().display());
        assert_eq!(ours, stat(path)?);
    }

    let itself = fs::symlink_metadata(&link)?;
    let target = fs::metadata(&link)?;
    println!(
        "the link has {} bytes, what it leads to {}",
        itself.len(),
        target.len()
    );
    assert!(itself.is_symlink() && target.is_file());
    assert_eq!((itself.len(), target.len()), (4, 12));

    let changed = target.modified()?.elapsed();
    println!("changed {changed:?} ago");
    Ok(())
}

/// Size, time of the last change, permissions and kind.
fn describe(metadata: &Metadata) -> String {
    let kind = match metadata.file_type() {
        kind if kind.is_dir() => "directory",
        kind if kind.is_symlink() => "symbolic link",
        _ => "regular file",
    };
    let mode = metadata.permissions().mode() & 0o7777;
    format!("{} {} {mode:o} {kind}", metadata.len(), metadata.mtime())
}

fn stat(path: &Path) -> io::Result<String> {
    let format = if cfg!(target_os = "linux") {
        ["-c", "%s %Y %a %F"]
    } else {
        ["-f", "%z %m %Lp %HT"]
    };
    let output = Command::new("stat")
        .env("LC_ALL", "C")
        .args(format)
        .arg(path)
        .output()?;
    // BSD writes "Regular File".
    Ok(String::from_utf8_lossy(&output.stdout)
        .trim()
        .to_lowercase())
}
