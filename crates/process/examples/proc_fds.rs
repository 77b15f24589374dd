//! /proc/PID/fd shows what a process has open, by number, with its path and its place.
//!
//! Each entry is a link that leads to the open file itself, even one that has no name any more.
//! What is no file has a name made up by the kernel: `pipe:[INODE]`, `socket:[INODE]`. `lsof` is a
//! loop over these. Beside it `fdinfo` has the offset and the flags.
//!
//! Linux only: macOS answers the same through proc_pidinfo(PROC_PIDLISTFDS).
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/open.txt", *) = $file
//! readlinkat(*, "*/fd/$file", *) = *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::fs::File;
    use std::io::{Write, pipe};
    use std::os::fd::AsRawFd;

    use process::table::Table;

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("open.txt");
        let mut file = File::create(&path)?;
        file.write_all(b"12345")?;
        let (reader, _writer) = pipe()?;

        let open = Table::open()?.descriptors(std::process::id() as i32)?;
        for descriptor in &open {
            println!(
                "{:>3} {:<13} {}",
                descriptor.number,
                descriptor.kind(),
                descriptor.target.display()
            );
        }
        let find = |number| open.iter().find(|descriptor| descriptor.number == number);
        assert!([0, 1, 2].iter().all(|&number| find(number).is_some()));
        let ours = find(file.as_raw_fd()).ok_or("the file")?;
        assert_eq!(ours.target, path.canonicalize()?);
        assert_eq!((ours.kind(), ours.offset), ("file", Some(5)));
        let ours = find(reader.as_raw_fd()).ok_or("the pipe")?;
        assert_eq!(ours.kind(), "pipe");
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
