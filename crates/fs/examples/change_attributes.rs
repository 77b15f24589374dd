//! Mode and times are the owner's to change; giving a file away is root's.
//!
//! `chmod` sets the twelve bits of the mode, and no umask takes any of them away again. `utimensat`
//! sets when a file was last read and last written, to the nanosecond; the third time, of the last
//! change of the inode, is out of reach, which is why backup programs look at that one. `chown` is
//! root's, or quotas could be filled with other people's files. Go has `os.Chmod`, `os.Chtimes` and
//! `os.Chown`.
//!
//! ```syscalls
//! *chmod*(*"*/file", 0644*) = 0
//! utimensat(AT_FDCWD, "*/file", *) = 0
//! fchown(*, 0, *) = -1 EPERM (*)
//! ```

use std::error::Error;
use std::fs::File;
use std::os::unix::fs::{MetadataExt, fchown};
use std::time::{Duration, SystemTime};

use fs::attributes::{Time, mode_text, set_mode, set_owner, set_times};
use nix::errno::Errno;
use nix::unistd::{Uid, geteuid, seteuid};

/// Neither root nor, most likely, you.
const NOBODY: u32 = 65534;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let file = File::create(&path)?;

    set_mode(&path, 0o644)?;
    let mode = file.metadata()?.mode() & 0o7777;
    println!("mode:      {mode:04o} {}", mode_text(mode));
    assert_eq!(mode, 0o644);

    let read = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 1);
    let written = SystemTime::UNIX_EPOCH + Duration::new(1_234_567_890, 987_654_321);
    let before = file.metadata()?;
    set_times(&path, Time::At(read), Time::At(written))?;
    let status = file.metadata()?;
    println!("written:   {}.{:09}", status.mtime(), status.mtime_nsec());
    assert_eq!((status.accessed()?, status.modified()?), (read, written));
    println!("changed:   {}, by the clock", status.ctime());
    assert!(status.ctime() >= before.ctime(), "nobody can set this one");

    if geteuid().is_root() {
        set_owner(&path, Some(NOBODY), None)?;
        assert_eq!(file.metadata()?.uid(), NOBODY);
        println!("as root:   given to user {NOBODY}");
        seteuid(Uid::from_raw(NOBODY))?;
    }
    let refused = fchown(&file, Some(0), None).unwrap_err();
    println!("as {}: {refused}", geteuid());
    assert_eq!(refused.raw_os_error(), Some(Errno::EPERM as i32));
    // Root by its real number still; the folder is root's to remove.
    seteuid(nix::unistd::getuid())?;
    Ok(())
}
