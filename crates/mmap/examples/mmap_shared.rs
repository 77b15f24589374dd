//! A store to a shared map changes the file, and readers see it before anything is flushed.
//!
//! The map *is* the page of the page cache from which `read(2)` copies, so there is nothing to bring
//! up to date. A flush is for the disk; see mmap-flush. The map cannot make the file longer: its
//! length is set first, with `ftruncate(2)`.
//!
//! Go has `syscall.Mmap`, which gives a `[]byte`, and the race is yours to mind. Here the bytes are
//! atomics, since another process may write them at any time; with that the safe type needs no
//! promise. macOS does the same as Linux.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/digits", O_RDWR|*) = $file
//! mmap(NULL, 16, PROT_READ|PROT_WRITE, MAP_SHARED, $file, 0) = $map
//! read(*, "012345678XABCDEF", *) = 16
//! munmap($map, *) = 0
//! !msync(*)
//! ```

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

use mmap::map::Shared;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("digits");
    fs::write(&path, "0123456789ABCDEF")?;

    let file = File::options().read(true).write(true).open(&path)?;
    let map = Shared::map(&file)?;
    map.write_at(9, b"X");

    let read = fs::read_to_string(&path)?;
    println!("stored X at 9, read back: {read}");
    assert_eq!(read, "012345678XABCDEF");

    // And the other way round.
    file.write_all_at(b"---", 0)?;
    let mut seen = [0; 5];
    map.read_at(0, &mut seen);
    println!(
        "written to the file, seen in the map: {}",
        seen.escape_ascii()
    );
    assert_eq!(&seen, b"---34");
    Ok(())
}
