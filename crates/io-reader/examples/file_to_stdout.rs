//! cat in four lines: open the file, copy it to standard output, flush.
//!
//! The flush matters. Rust's stdout holds back what follows the last newline, and the flush that
//! std makes at exit has nobody to tell that the disk was full. Go's `os.Stdout` has no buffer.
//!
//! Run with a path, this program is that cat; without, it compares itself with cat(1).
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/every-byte", O_RDONLY|O_CLOEXEC) = $source
//! read($source, *, 8192) = 8192
//! write(1, "\0\1\2*"*)
//! read($source, "", 8192) = 0
//! write(1, "no newline", 10) = -1 ENOSPC (*)
//! openat(AT_FDCWD, "*/missing", O_RDONLY|O_CLOEXEC) = -1 ENOENT (*)
//! ```

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn cat(path: &Path) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut stdout = io::stdout().lock();
    io::copy(&mut file, &mut stdout)?;
    stdout.flush()
}

fn main() -> io::Result<()> {
    if let Some(path) = std::env::args_os().nth(1) {
        return cat(path.as_ref());
    }
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("every-byte");
    // More than a pipe holds, not text, and no newline at the end.
    let content = Vec::from_iter(0..=255).repeat(1024);
    fs::write(&path, &content)?;

    let this_program = std::env::current_exe()?;
    let run = |path: &Path, to: Stdio| Command::new(&this_program).arg(path).stdout(to).output();

    let piped = run(&path, Stdio::piped())?;
    println!("to a pipe: {} bytes, {}", piped.stdout.len(), piped.status);
    assert!(piped.stdout == content);
    assert!(piped.stdout == Command::new("cat").arg(&path).output()?.stdout);
    assert!(piped.status.success());

    let target = dir.path().join("target");
    let status = run(&path, File::create_new(&target)?.into())?.status;
    let copied = fs::read(&target)?;
    println!("to a file: {} bytes, {status}", copied.len());
    assert!(copied == content);
    assert!(status.success());

    // Linux has a disk that is always full. Without the flush, cat reports success there.
    if let Ok(full_disk) = File::options().write(true).open("/dev/full") {
        fs::write(&path, "no newline")?;
        let failed = run(&path, full_disk.into())?;
        print!(
            "to a full disk: {}",
            String::from_utf8_lossy(&failed.stderr)
        );
        assert_eq!(failed.status.code(), Some(1));
    }

    let failed = run(&dir.path().join("missing"), Stdio::piped())?;
    print!("of no file: {}", String::from_utf8_lossy(&failed.stderr));
    assert_eq!(failed.status.code(), Some(1));
    assert_eq!(failed.stdout, b"");
    Ok(())
}
