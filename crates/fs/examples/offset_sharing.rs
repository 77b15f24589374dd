//! A duplicate of a descriptor shares its offset; a second open of the file has its own.
//!
//! A descriptor leads to an *open file description*, which has the offset and the flags, and that
//! leads to the inode. `dup(2)`, which std calls `try_clone`, makes a second descriptor of the same
//! description, and so does `fork`: parent and child that write to one log do not overwrite each
//! other. `open(2)` makes a new description. `pread` brings an offset of its own and moves
//! nobody's. Go's `os.File` has no `Dup`, and `syscall.Dup` does the same.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", O_RDONLY|O_CLOEXEC) = $first
//! read($first, "a", 1) = 1
//! fcntl($first, F_DUPFD_CLOEXEC, *) = $duplicate
//! read($duplicate, "b", 1) = 1
//! openat(AT_FDCWD, "*/file", O_RDONLY|O_CLOEXEC) = $second
//! read($second, "a", 1) = 1
//! pread64($first, "f", 1, 5) = 1
//! read($first, "c", 1) = 1
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;

fn next(mut file: &File) -> char {
    let mut byte = [0];
    file.read_exact(&mut byte).expect("one more byte");
    byte[0].into()
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    std::fs::write(&path, "abcdef")?;

    let mut first = File::open(&path)?;
    assert_eq!(next(&first), 'a');

    let duplicate = first.try_clone()?;
    let read = next(&duplicate);
    println!("a duplicate goes on:     {read}");
    assert_eq!(read, 'b');

    let second = File::open(&path)?;
    let read = next(&second);
    println!("a second open begins:    {read}");
    assert_eq!(read, 'a');

    let mut byte = [0];
    first.read_exact_at(&mut byte, 5)?;
    assert_eq!(byte, *b"f");
    let read = next(&first);
    println!("and the first continues: {read}");
    assert_eq!((read, first.stream_position()?), ('c', 3));
    Ok(())
}
