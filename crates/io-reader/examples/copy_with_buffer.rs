//! The buffer's size sets the number of reads: 3 584 000 bytes by 8 KiB are 438 of them.
//!
//! Each read is a system call, and a regular file fills the buffer each time but the last, so the
//! count is the length divided by the buffer, rounded up, and one more read that finds the end. A
//! socket or a pipe gives what is there, so there the quotient is only a lower bound.
//!
//! The caller brings the buffer, and one serves any number of copies. Go's `io.CopyBuffer` ignores
//! its buffer where either side knows a short cut; `copy_with` always uses it.
//!
//! ```syscalls
//! read(3, *, 512) = 512 x7000
//! read(3, *, 8192) = 8192 x437
//! read(3, *, 8192) = 4096 x1
//! read(3, *, 8192) = 0 x1
//! read(3, *, 65536) = 65536 x54
//! read(3, *, 1048576) = 1048576 x3
//! ```

use std::fs::{self, File};
use std::io::{self, Read};

use io_reader::copy::copy_with;

const LEN: u64 = 3_584_000;

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("source");
    let content = Vec::from_iter(0..250).repeat(LEN as usize / 250);
    fs::write(&path, &content)?;

    let mut buffer = vec![0; 1 << 20];
    let mut target = Vec::with_capacity(content.len());
    for (size, expected) in [(512, 7000), (8 << 10, 438), (64 << 10, 55), (1 << 20, 4)] {
        let mut source = Recorded(File::open(&path)?, Vec::new());
        target.clear();
        let copied = copy_with(&mut source, &mut target, &mut buffer[..size])?;
        println!("a buffer of {size:7}: {:4} reads with data", copied.reads);
        assert_eq!((copied.bytes, copied.reads), (LEN, expected));
        assert!(target == content);

        let [full @ .., last, end] = &source.1[..] else {
            unreachable!("a file that is not empty, and its end")
        };
        assert!(full.iter().all(|n| *n == size));
        assert_eq!(full.len() as u64 + 1, expected);
        assert_eq!(full.len() * size + last, content.len());
        assert_eq!(*end, 0);
    }

    let refused = copy_with(&mut io::empty(), &mut target, &mut []).unwrap_err();
    println!("a buffer of       0: {refused}");
    assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
    Ok(())
}

/// A file, and what each read(2) of it has returned.
struct Recorded(File, Vec<usize>);

impl Read for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.read(buffer)?;
        self.1.push(n);
        Ok(n)
    }
}
