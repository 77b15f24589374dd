//! Behind std's `Metadata` is the system's `struct stat`: device, inode, links, owner, blocks.
//!
//! What all systems have is in `Metadata` itself; the rest is in `MetadataExt`, of which Unix,
//! Linux and macOS have one each. In Go it is `info.Sys().(*syscall.Stat_t)`. The fields mean the
//! same everywhere and their types do not: the number of links is 64 bits wide on x86-64, 32 on
//! arm64 and 16 on macOS. `MetadataExt` makes all of them u64 or u32.
//!
//! `st_blocks` counts units of 512 bytes, whatever the filesystem's blocks are; `st_blksize` is what
//! a single read or write should be at least. On Linux std asks with `statx(2)`, which also knows when
//! the file was made.
//!
//! ```syscalls
//! statx(*"*/file", *) = 0
//! newfstatat(AT_FDCWD, "*/file", {*st_size=6000*) = 0
//! ```

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use nix::libc;
use nix::sys::stat::{FileStat, stat};

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    fs::write(&path, [b'x'; 6000])?;
    fs::hard_link(&path, folder.path().join("second name"))?;

    let (ours, raw) = (fs::metadata(&path)?, stat(&path)?);
    for (field, ours, raw) in table(&ours, &raw) {
        println!("{field:8} {ours:>12}");
        assert_eq!(ours, raw, "{field}");
    }
    assert_eq!((ours.nlink(), ours.size()), (2, 6000));

    null_device()?;
    Ok(())
}

/// As text, since the numbers of C have other widths on each system.
fn table(ours: &fs::Metadata, raw: &FileStat) -> [(&'static str, String, String); 9] {
    [
        ("device", ours.dev().to_string(), raw.st_dev.to_string()),
        ("inode", ours.ino().to_string(), raw.st_ino.to_string()),
        ("links", ours.nlink().to_string(), raw.st_nlink.to_string()),
        ("mode", ours.mode().to_string(), raw.st_mode.to_string()),
        ("user", ours.uid().to_string(), raw.st_uid.to_string()),
        ("group", ours.gid().to_string(), raw.st_gid.to_string()),
        ("size", ours.size().to_string(), raw.st_size.to_string()),
        (
            "blocks",
            ours.blocks().to_string(),
            raw.st_blocks.to_string(),
        ),
        (
            "blksize",
            ours.blksize().to_string(),
            raw.st_blksize.to_string(),
        ),
    ]
}

/// A device has a number instead of contents: `st_dev` is where its name is, `st_rdev` which it is.
fn null_device() -> io::Result<()> {
    let null = fs::metadata("/dev/null")?;
    assert!(null.file_type().is_char_device());
    let device = libc::dev_t::try_from(null.rdev()).expect("std has it from a dev_t");
    let (major, minor) = (libc::major(device), libc::minor(device));
    println!("/dev/null is character device {major}:{minor}");
    if cfg!(target_os = "linux") {
        assert_eq!((major, minor), (1, 3));
    }
    Ok(())
}
