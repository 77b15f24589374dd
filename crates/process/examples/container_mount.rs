//! With an own mount namespace and `pivot_root`, a process has a root in which the host is not.
//!
//! The new root is an empty filesystem in memory, on which a few directories of the host are
//! *bound*: the same files, seen at a second place, read-only here. Then the kernel exchanges the
//! roots and the old one is unmounted, so no path leads there any more, `..` neither. What in
//! `/proc` tells of the machine is masked, as container runtimes do: an empty file is mounted over
//! it.
//!
//! Linux only: macOS has no namespaces.
//!
//! ```syscalls
//! unshare(CLONE_NEWNS) = 0
//! mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL) = 0
//! mount("tmpfs", "/tmp", "tmpfs", *) = 0
//! pivot_root(".", ".") = 0
//! mount("proc", "/proc", "proc", *) = 0
//! umount2(".", MNT_DETACH) = 0
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs::{self, File};
    use std::io::ErrorKind;
    use std::process::Command;

    use process::namespace::{Kind, MASKED, NamespaceError, NewRoot, enter};

    pub(crate) fn main() -> anyhow::Result<()> {
        match env::args().nth(1).as_deref() {
            None => {
                let before = fs::read("/proc/self/mountinfo")?;
                run_again("unshare")?;
                assert_eq!(fs::read("/proc/self/mountinfo")?, before);
            }
            Some("unshare") => match enter(&[Kind::User, Kind::Mount, Kind::Pid]) {
                Err(error) => skip_or_fail(error)?,
                Ok(()) => run_again("inside")?,
            },
            Some(_) => match NewRoot::default().enter() {
                Err(error) => skip_or_fail(error)?,
                Ok(()) => inside()?,
            },
        }
        Ok(())
    }

    fn inside() -> anyhow::Result<()> {
        let mut names: Vec<_> = fs::read_dir("/")?
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_, _>>()?;
        names.sort();
        println!("the root: {}", names.join(" "));
        assert!(!names.iter().any(|name| name == "home" || name == "boot"));
        assert_eq!(fs::read_dir("/tmp")?.count(), 0);

        let mounts = fs::read_to_string("/proc/self/mountinfo")?;
        println!(
            "{} mounts, the root a {}",
            mounts.lines().count(),
            kind_of_root(&mounts)
        );
        assert_eq!(kind_of_root(&mounts), "tmpfs");

        // We are root, and the host's programs are still not ours to change.
        let refused = File::create("/usr/bin/new").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ReadOnlyFilesystem);

        for path in MASKED
            .iter()
            .filter(|path| fs::exists(path).unwrap_or(false))
        {
            let nothing = match fs::read_dir(path) {
                Ok(entries) => entries.count() == 0,
                Err(_) => fs::read(path).map_or(true, |bytes| bytes.is_empty()),
            };
            assert!(nothing, "{path} tells something");
            println!("masked: {path}");
        }
        Ok(())
    }

    fn kind_of_root(mountinfo: &str) -> &str {
        let root = mountinfo
            .lines()
            .find(|line| line.split(' ').nth(4) == Some("/"));
        let kind = root.and_then(|line| line.split(" - ").nth(1)?.split(' ').next());
        kind.unwrap_or("nothing")
    }

    fn run_again(role: &str) -> anyhow::Result<()> {
        let status = Command::new(env::current_exe()?).arg(role).status()?;
        assert!(status.success());
        Ok(())
    }

    fn skip_or_fail(error: NamespaceError) -> Result<(), NamespaceError> {
        if !error.is_forbidden() {
            return Err(error);
        }
        println!("skipped: {error}");
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
