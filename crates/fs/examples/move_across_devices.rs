//! Rename does not leave its filesystem: moving to another is to copy, sync, rename and remove.
//!
//! A name leads to an inode, and an inode is a number in one filesystem; so a directory cannot have
//! a name for a file on another disk, and `rename(2)` says `EXDEV`. Then `mv` copies and removes.
//! The order matters: the copy is made under another name, the disk confirms it, it takes its name,
//! the disk confirms that, and only then is the source removed. Go's `os.Rename` gives the error to
//! its caller, and so does Rust's.
//!
//! Linux only: macOS has no second filesystem that everybody may write to.
//!
//! ```syscalls
//! rename*(*"*/from", *"*/to"*) = -1 EXDEV (*)
//! openat(*, "*/.replace-*", O_WRONLY|O_CREAT|O_EXCL|*, 0600) = $copy
//! fsync($copy) = 0
//! rename*(*"*/.replace-*", *"*/to"*) = 0
//! fsync(*) = 0
//! unlink*(*"*/from"*) = 0
//! ```

use std::error::Error;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use fs::attributes::{mode_text, set_mode};
use fs::relocate::{Moved, relocate};
use tempfile::TempDir;

fn main() -> Result<(), Box<dyn Error>> {
    let here = tempfile::tempdir()?;
    let Some(there) = on_another_filesystem(here.path())? else {
        println!("there is only one filesystem here that can be written to");
        return Ok(());
    };
    let (from, to) = (here.path().join("from"), there.path().join("to"));
    std::fs::write(&from, "the same bytes")?;
    set_mode(&from, 0o741)?;
    let past = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    File::open(&from)?.set_modified(past)?;

    let error = std::fs::rename(&from, &to).unwrap_err();
    println!("rename:   {error}");
    assert_eq!(error.kind(), std::io::ErrorKind::CrossesDevices);

    let moved = relocate(&from, &to)?;
    let status = to.metadata()?;
    println!("relocate: {moved:?}, {}", mode_text(status.mode()));
    assert_eq!(moved, Moved::Copied);
    assert!(!from.exists());
    assert_eq!(std::fs::read(&to)?, b"the same bytes");
    assert_eq!((status.mode() & 0o7777, status.modified()?), (0o741, past));
    Ok(())
}

fn on_another_filesystem(here: &Path) -> Result<Option<TempDir>, Box<dyn Error>> {
    let device = here.metadata()?.dev();
    for place in ["/dev/shm", "/var/tmp"] {
        if let Ok(there) = tempfile::tempdir_in(place)
            && there.path().metadata()?.dev() != device
        {
            return Ok(Some(there));
        }
    }
    Ok(None)
}
