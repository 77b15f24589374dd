//! In its own user namespace an ordinary user is root, and outside remains who it was.
//!
//! Ids inside are translated to ids outside by a map that is written once. Root's powers inside
//! concern only what belongs to the namespace; for the files of the host it is the user outside
//! that counts. That is why the kernel lets everybody do it, and why it wants `setgroups` forbidden
//! first: a group may stand in a file's permissions to keep its members out.
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWUSER) = 0
//! openat(AT_FDCWD, "/proc/self/setgroups", *) = $setgroups
//! write($setgroups, "deny", 4) = 4
//! openat(AT_FDCWD, "/proc/self/uid_map", *) = $map
//! write($map, "0 *", *) = *
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs::{self, File};
    use std::os::unix::fs::MetadataExt;
    use std::process::Command;

    use nix::errno::Errno;
    use nix::unistd::{Gid, geteuid, setgroups};
    use process::namespace::{Kind, enter};

    pub(crate) fn main() -> anyhow::Result<()> {
        if let Some(file) = env::args().nth(1) {
            return inside(&file);
        }
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("made by root");
        let status = Command::new(env::current_exe()?).arg(&file).status()?;
        assert!(status.success());
        if let Ok(metadata) = fs::metadata(&file) {
            println!("outside: the file belongs to user {}", metadata.uid());
            assert_eq!(metadata.uid(), geteuid().as_raw());
        }
        Ok(())
    }

    fn inside(file: &str) -> anyhow::Result<()> {
        let outside = geteuid();
        match enter(&[Kind::User]) {
            Err(error) if error.is_forbidden() => {
                println!("skipped: {error}");
                return Ok(());
            }
            outcome => outcome?,
        }
        assert!(geteuid().is_root());
        let map = fs::read_to_string("/proc/self/uid_map")?;
        let numbers: Vec<u32> = map
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        println!(
            "the map: inside {}, outside {}, {} of them",
            numbers[0], numbers[1], numbers[2]
        );
        assert_eq!(numbers, [0, outside.as_raw(), 1]);

        File::create(file)?;
        println!(
            "inside: the file belongs to user {}",
            fs::metadata(file)?.uid()
        );
        assert_eq!(fs::metadata(file)?.uid(), 0);
        assert_eq!(setgroups(&[Gid::from_raw(0)]), Err(Errno::EPERM));
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
