//! A static program runs in an empty directory; a dynamic one needs its linker and libraries there.
//!
//! A dynamic executable names the program that loads it (`PT_INTERP`, such as `/lib64/ld-linux-x86-64.so.2`) and its
//! libraries. Where those are missing, exec says "No such file or directory" of a file that is there.
//! A static executable has all of it inside; Go makes such files when cgo is not used, Rust with the
//! target `*-linux-musl`. That is why their container images may be empty but for one file.
//!
//! The lesson makes a directory the root of a child, in a user namespace of its own.
//!
//! Linux only: macOS has neither user namespaces nor static executables.
//! Needs: cc
//!
//! ```syscalls
//! chroot("*") = 0
//! execve("/dynamic", *) = -1 ENOENT*
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, ExitCode};
    use std::{env, fs};

    use nix::errno::Errno;
    use nix::sched::{CloneFlags, unshare};
    use nix::unistd::{chdir, chroot};

    /// The status of a child that may not have a namespace.
    const REFUSED: u8 = 77;

    pub(crate) fn main() -> Result<ExitCode, Box<dyn Error>> {
        if let Some(root) = env::var_os("ROOT") {
            return Ok(in_root(root.as_ref()));
        }
        let folder = tempfile::tempdir()?;
        let source = folder.path().join("main.c");
        fs::write(&source, "int main(void) { return 42; }")?;
        for (name, option) in [("static", "-static"), ("dynamic", "-rdynamic")] {
            let mut cc = Command::new("cc");
            cc.args([option, "-o"])
                .args([&folder.path().join(name), &source]);
            assert!(cc.status()?.success());
        }
        let mut outcomes = Vec::new();
        for name in ["static", "dynamic"] {
            let mut child = Command::new(env::current_exe()?);
            child.env("ROOT", folder.path()).env("NAME", name);
            outcomes.push(child.status()?.code());
        }
        if outcomes[0] == Some(REFUSED.into()) {
            println!("skipped: chroot is not allowed here");
            return Ok(ExitCode::SUCCESS);
        }
        println!("static: {:?}, dynamic: {:?}", outcomes[0], outcomes[1]);
        assert_eq!(outcomes[0], Some(42));
        assert_eq!(outcomes[1], Some(Errno::ENOENT as i32));
        Ok(ExitCode::SUCCESS)
    }

    /// What the children do: the status is the program's, or the reason why it does not run.
    fn in_root(root: &Path) -> ExitCode {
        if enter(root).is_err() {
            return REFUSED.into();
        }
        let program = Path::new("/").join(env::var_os("NAME").unwrap_or_default());
        let error = Command::new(&program).exec();
        println!("{program:?} is there: {}; exec: {error}", program.exists());
        (error.raw_os_error().unwrap_or_default() as u8).into()
    }

    fn enter(root: &Path) -> nix::Result<()> {
        if chroot(root).is_err() {
            unshare(CloneFlags::CLONE_NEWUSER)?;
            chroot(root)?;
        }
        chdir("/")
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<std::process::ExitCode, Box<dyn std::error::Error>> {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("Linux only");
}
