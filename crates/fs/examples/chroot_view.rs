//! chroot makes a directory look like all there is; an open descriptor still leads out.
//!
//! Every process has a *root*: where a path that begins with a slash begins, and where `..` leads
//! no further. `chroot(2)` changes it, so that the programs of a container find their own `/etc`.
//! It changes how *names* are looked up and nothing else: who holds a directory outside goes there
//! by descriptor. Containers therefore use `pivot_root` in a mount namespace, which leaves nothing
//! outside to go to.
//!
//! Only root may; in a user namespace of one's own everybody is root. Go has `syscall.Chroot`.
//!
//! Linux only: macOS has no user namespaces.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/", O_RDONLY|O_CLOEXEC) = $outside
//! chroot("*/world") = 0
//! openat(AT_FDCWD, "/", *O_DIRECTORY*) = *
//! fchdir($outside) = 0
//! chroot(".") = 0
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::fs::{self, File};
    use std::path::Path;

    use nix::errno::Errno;
    use nix::sched::{CloneFlags, unshare};
    use nix::unistd::{chdir, chroot, fchdir};

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let world = folder.path().join("world");
        fs::create_dir(&world)?;
        fs::write(world.join("only-this"), "a file in the world")?;
        let outside = File::open("/")?;

        if let Err(refused) = enter(&world) {
            // Some distributions give no rights even in a namespace of one's own.
            println!("chroot is not allowed here: {refused}");
            return Ok(());
        }
        println!("inside, / has {:?}", names("/")?);
        assert_eq!(names("/")?, ["only-this"]);
        assert_eq!(names("/../..")?, ["only-this"], "there is no way up");
        assert!(!world.exists(), "a path from before means nothing here");
        assert_eq!(fs::read("/only-this")?, b"a file in the world");

        fchdir(&outside)?;
        chroot(".")?;
        println!("outside again, / has {} names", names("/")?.len());
        assert!(world.exists());
        assert!(!Path::new("/only-this").exists());
        Ok(())
    }

    fn enter(world: &Path) -> nix::Result<()> {
        match chroot(world) {
            Err(Errno::EPERM) => {
                unshare(CloneFlags::CLONE_NEWUSER)?;
                chroot(world)?;
            }
            outcome => outcome?,
        }
        // The working directory stays where it was, also outside.
        chdir("/")
    }

    fn names(path: &str) -> Result<Vec<String>, Box<dyn Error>> {
        let entries = fs::read_dir(path)?;
        entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
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
