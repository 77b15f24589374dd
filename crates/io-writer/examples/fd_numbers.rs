//! With 0, 1 and 2 taken, the first file a process opens is descriptor 3 and the next one is 4.
//!
//! A descriptor is an index into a table that the kernel keeps for the process, no more: `File`
//! holds that number and closes it when dropped. Go's os.File wraps the same number; its Fd()
//! returns it.
//!
//! ```syscalls
//! openat(AT_FDCWD, "first", O_WRONLY|O_CREAT|*) = 3
//! openat(AT_FDCWD, "second", O_WRONLY|O_CREAT|*) = 4
//! ```

use std::env;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::process::Command;

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("open") {
        return open_two();
    }
    // Whoever started this program may have left it more open descriptors than three. The shell
    // closes those in the way, then turns into this program.
    let folder = tempfile::tempdir()?;
    let status = Command::new("sh")
        .args(["-c", r#"exec "$0" open 3<&- 4<&-"#])
        .arg(env::current_exe()?)
        .current_dir(&folder)
        .status()?;
    assert!(status.success());
    Ok(())
}

fn open_two() -> io::Result<()> {
    let first = File::create("first")?;
    let second = File::create("second")?;
    println!("{first:?}\n{second:?}");
    assert_eq!(first.as_raw_fd(), 3);
    assert_eq!(second.as_raw_fd(), 4);
    Ok(())
}
