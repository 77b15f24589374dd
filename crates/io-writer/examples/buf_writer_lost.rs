//! Bytes still in a `BufWriter` are written when it is dropped, and lost when it never is.
//!
//! The buffer is ordinary memory of this process, and the kernel does not know that it exists. Drop
//! hands its bytes over; `mem::forget` and `process::exit` run no drop. (`process::exit` does flush
//! standard output, whose buffer belongs to std; it cannot know of yours.) A drop cannot return an
//! error either: a program that must know whether its last bytes arrived calls `flush` itself.
//!
//! Go has no destructors, so there even a plain return loses what `bufio.Writer.Flush` was not called for.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/flush", *) = $flushed
//! write($flushed, "written, but not flushed\n", 25) = 25
//! openat(AT_FDCWD, "*/drop", *) = $dropped
//! write($dropped, "written, but not flushed\n", 25) = 25
//! close($dropped) = 0
//! openat(AT_FDCWD, "*/mem::forget", *)
//! openat(AT_FDCWD, "*/process::exit", *)
//! exit_group(0)
//! write(*, "written, but not flushed\n", 25) x2
//! ```

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{self, Command};
use std::{env, mem};

const TEXT: &[u8] = b"written, but not flushed\n";

fn write_unflushed(path: &Path) -> io::Result<BufWriter<File>> {
    let mut out = BufWriter::new(File::create(path)?);
    out.write_all(TEXT)?;
    assert_eq!(fs::metadata(path)?.len(), 0, "the bytes are only in memory");
    Ok(out)
}

fn main() -> io::Result<()> {
    if let Some(path) = env::args_os().nth(1) {
        let _out = write_unflushed(Path::new(&path))?;
        process::exit(0);
    }

    let dir = tempfile::tempdir()?;
    let [flushed, dropped, forgotten, exited] =
        ["flush", "drop", "mem::forget", "process::exit"].map(|end| dir.path().join(end));

    let mut out = write_unflushed(&flushed)?;
    out.flush()?;
    mem::forget(out);

    drop(write_unflushed(&dropped)?);

    mem::forget(write_unflushed(&forgotten)?);

    let status = Command::new(env::current_exe()?).arg(&exited).status()?;
    assert!(status.success(), "{status}");

    for path in [&flushed, &dropped, &forgotten, &exited] {
        let end = path.file_name().unwrap().display();
        println!(
            "{end:<14} {:>2} bytes in the file",
            fs::metadata(path)?.len()
        );
    }
    assert_eq!(fs::read(flushed)?, TEXT);
    assert_eq!(fs::read(dropped)?, TEXT);
    assert_eq!(fs::read(forgotten)?, b"");
    assert_eq!(fs::read(exited)?, b"");
    Ok(())
}
