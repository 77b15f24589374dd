//! A file's sync waits for its bytes; its name waits for the sync of its directory.
//!
//! There are three questions to the kernel: are the bytes on the disk (`fdatasync`), are the times
//! and the mode there too (`fsync`), is the name there (`fsync` of the directory). A new file is
//! safe after the last of them. What cannot be on a disk, as a pipe, has nothing to wait for and
//! says so.
//!
//! On macOS `fsync` leaves bytes in the drive's own memory; `fcntl(F_FULLFSYNC)` does not, and is what
//! Go's `Sync`, std's `sync_all` and `sync::full` call there.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", O_WRONLY|O_CREAT|*) = $file
//! write($file, "first ", 6) = 6
//! fdatasync($file) = 0
//! write($file, "second", 6) = 6
//! fsync($file) = 0
//! openat(AT_FDCWD, "*", O_RDONLY|O_CLOEXEC) = $directory
//! fsync($directory) = 0
//! fsync(*) = -1 EINVAL (*)
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::time::Instant;

use fs::sync;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let mut file = File::create(folder.path().join("file"))?;

    file.write_all(b"first ")?;
    timed("the bytes", || sync::data(&file))?;

    file.write_all(b"second")?;
    timed("bytes, mode, times", || sync::full(&file))?;

    timed("the name", || sync::directory(folder.path()))?;

    let (_reader, writer) = io::pipe()?;
    let refused = sync::full(&writer).unwrap_err();
    println!("a pipe:             {refused}");
    let why = refused.kind();
    assert!(matches!(
        why,
        ErrorKind::InvalidInput | ErrorKind::Unsupported
    ));
    Ok(())
}

fn timed(what: &str, sync: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let start = Instant::now();
    sync()?;
    println!("{what:<19} {:.3?}", start.elapsed());
    Ok(())
}
