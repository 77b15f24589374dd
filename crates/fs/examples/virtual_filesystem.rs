//! In /proc a read runs a function of the kernel: no length, no disk, another text each time.
//!
//! To the kernel a file is what has the operations of a file. For `/home` these are ext4's and go
//! to a disk; for `/proc` they print what the kernel knows of a process at this moment. The
//! programs that read do not see a difference, but for the length: it is 0, since nobody knows it
//! before the text is made. A program that trusts `st_size` finds nothing here; `fs::copy` reads on
//! until the end.
//!
//! Linux only: macOS has no /proc.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/proc/self/fdinfo/*", O_RDONLY|O_CLOEXEC) = $info
//! read($info, "pos:\t0\n*", *) = *
//! read($file, "seven b", 7) = 7
//! openat(AT_FDCWD, "/proc/self/fdinfo/*", O_RDONLY|O_CLOEXEC) = $again
//! read($again, "pos:\t7\n*", *) = *
//! write(*, "a new name", 10) = 10
//! ```

use std::error::Error;
use std::fs as std_fs;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::path::Path;

use fs::copy::{Way, copy};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    std_fs::write(&path, "seven bytes and some more")?;
    let mut file = std_fs::File::open(&path)?;

    // What the kernel knows of our descriptor.
    let info = format!("/proc/self/fdinfo/{}", file.as_raw_fd());
    let before = std_fs::read_to_string(&info)?;
    file.read_exact(&mut [0; 7])?;
    let after = std_fs::read_to_string(&info)?;
    let position = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    println!(
        "{info}: {:?}, then {:?}",
        position(&before),
        position(&after)
    );
    assert_eq!(position(&before), "pos:\t0");
    assert_eq!(position(&after), "pos:\t7", "nobody wrote to it");

    // A write runs a function too.
    std_fs::write("/proc/self/comm", "a new name")?;
    let name = std_fs::read_to_string("/proc/thread-self/comm")?;
    println!("this process is now called {name:?}");
    assert_eq!(name, "a new name\n");

    let version = Path::new("/proc/version");
    let copied = copy(version, &path)?;
    println!(
        "/proc/version: length {}, read {}",
        version.metadata()?.len(),
        copied.length
    );
    assert_eq!(version.metadata()?.len(), 0);
    assert!(copied.length > 0 && copied.way == Way::Buffer);
    assert_eq!(std_fs::read(&path)?, std_fs::read(version)?);
    Ok(())
}
