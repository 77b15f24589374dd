//! `ls` and `cat` in a FUSE mount are answered by functions of this program, one call each.
//!
//! A filesystem is a set of answers: what is called so, what is it, what is in it, which bytes has it.
//! For a disk the kernel has them itself; for FUSE it writes the question to `/dev/fuse` and waits for
//! the answer of a process. Here the process speaks that protocol by hand, without libfuse; in Go
//! it is go-fuse or bazil.org/fuse.
//!
//! The mount is in a namespace of this program, so that it needs no root, nobody else sees it, and it
//! cannot outlive the program.
//!
//! Linux only: macFUSE is a kernel extension that few machines have.

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: /dev/fuse is Linux's");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::fs;
    use std::process::Command;

    use mmap::fuse::mount::Mount;
    use mmap::fuse::server::Server;

    let folder = tempfile::tempdir()?;
    let mount = match Mount::new(folder.path()) {
        Ok(mount) => mount,
        Err(error) => {
            println!("skipped: {error}");
            return Ok(());
        }
    };
    let device = mount.device()?;
    let server = std::thread::spawn(move || Server::new(linux::Hello::default()).serve(&device));

    let listed = Command::new("ls").arg(folder.path()).output()?.stdout;
    print!("ls:  {}", String::from_utf8_lossy(&listed));
    assert_eq!(listed, b"hello\n");
    let file = folder.path().join("hello");
    let read = Command::new("cat").arg(&file).output()?.stdout;
    print!("cat: {}", String::from_utf8_lossy(&read));
    assert_eq!(read, linux::TEXT);
    assert!(fs::read(folder.path().join("nobody")).is_err());
    assert!(fs::write(&file, "").is_err(), "it is read-only");

    drop(mount);
    assert!(!fs::read_to_string("/proc/self/mountinfo")?.contains(folder.path().to_str().unwrap()));
    let calls = server.join().expect("the server does not panic")?.calls;
    println!("asked: {}", calls.join(", "));
    for call in ["getattr hello", "getattr nobody", "readdir ", "read hello"] {
        assert!(calls.iter().any(|asked| asked == call), "{call}");
    }
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;

    use mmap::fuse::{DirectoryEntry, Filesystem, Kind};
    use nix::errno::Errno;

    pub(crate) const TEXT: &[u8] = b"Hello from a process\n";

    /// One file, and what it was asked.
    #[derive(Default)]
    pub(crate) struct Hello {
        pub(crate) calls: Vec<String>,
    }

    impl Hello {
        fn note(&mut self, call: &str, path: &Path) {
            let call = format!("{call} {}", path.display());
            if !self.calls.contains(&call) {
                self.calls.push(call);
            }
        }
    }

    const FILE: Kind = Kind::File {
        size: TEXT.len() as u64,
    };

    impl Filesystem for Hello {
        fn getattr(&mut self, path: &Path) -> Result<Kind, Errno> {
            self.note("getattr", path);
            match path.to_str() {
                Some("") => Ok(Kind::Directory),
                Some("hello") => Ok(FILE),
                _ => Err(Errno::ENOENT),
            }
        }

        fn readdir(&mut self, path: &Path) -> Result<Vec<DirectoryEntry>, Errno> {
            self.note("readdir", path);
            let name = "hello".into();
            Ok(vec![DirectoryEntry { name, kind: FILE }])
        }

        fn read(&mut self, path: &Path, offset: u64, _: u32) -> Result<Vec<u8>, Errno> {
            self.note("read", path);
            Ok(TEXT.get(offset as usize..).unwrap_or_default().to_vec())
        }
    }
}
