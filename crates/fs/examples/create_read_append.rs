//! Create empties the file, open reads it, append writes at the end, wherever that is by then.
//!
//! An open file has an offset, where the next read or write happens. With `O_APPEND` a write does
//! not use it: the kernel moves to the end and writes, in one step that no other writer can come
//! between. Two programs that append to one log lose nothing. Two that each remember their own end
//! overwrite each other, and seeking to the end before each write does not help, since the other one
//! may write between the seek and the write.
//!
//! Go's three ways are the same calls: `os.Create`, `os.Open`, and `os.OpenFile` with
//! `os.O_APPEND`. On NFS the end is a guess of the client's, and appends can be lost.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/log", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = $plain
//! openat(AT_FDCWD, "*/log", O_WRONLY|O_APPEND|O_CLOEXEC) = $first
//! openat(AT_FDCWD, "*/log", O_WRONLY|O_APPEND|O_CLOEXEC) = $second
//! write($plain, "zero\n", 5) = 5
//! write($first, "one\n", 4) = 4
//! write($second, "two\n", 4) = 4
//! lseek($first, 0, SEEK_SET) = 0
//! write($first, "three\n", 6) = 6
//! write($plain, "ONE\n", 4) = 4
//! openat(AT_FDCWD, "*/log", O_RDONLY|O_CLOEXEC) = $reader
//! read($reader, "zero\nONE\ntwo\nthree\n", *) = 19
//! ```

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");

    let mut plain = File::create(&path)?;
    let mut first = OpenOptions::new().append(true).open(&path)?;
    let mut second = OpenOptions::new().append(true).open(&path)?;

    plain.write_all(b"zero\n")?;
    first.write_all(b"one\n")?;
    second.write_all(b"two\n")?;
    // Accepted, and of no effect on writes.
    first.seek(SeekFrom::Start(0))?;
    first.write_all(b"three\n")?;
    // The offset of this one is still behind its "zero".
    plain.write_all(b"ONE\n")?;

    let mut text = String::new();
    File::open(&path)?.read_to_string(&mut text)?;
    print!("{text}");
    assert_eq!(text, "zero\nONE\ntwo\nthree\n");
    assert_eq!(plain.stream_position()?, 9);

    let length = File::create(&path)?.metadata()?.len();
    println!("created again: {length} bytes");
    assert_eq!(length, 0);
    Ok(())
}
