//! A static program runs where there is nothing else; `sh` has to be there to be run.
//!
//! Linux only: an empty root without being root needs a user namespace.
//! Needs: cc
//!
//! Images for containers are often made without a shell: what is not there cannot be misused. `execve`
//! needs one file, if it is linked statically. A dynamic program needs its loader and its libraries
//! as well, and `docker exec … sh` needs a shell; in such an image both are `ENOENT`.
//!
//! ```syscalls
//! chroot(*) = 0
//! execve("/bin/sh", *) = -1 ENOENT (*)
//! execve("/program", *) = 0
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::error::Error;
    use std::ffi::CString;
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use nix::errno::Errno;
    use nix::sched::{CloneFlags, unshare};
    use nix::unistd::{chdir, chroot, execv};

    const SOURCE: &str = "int main(void) { return 42; }";

    pub(crate) fn run() -> Result<(), Box<dyn Error>> {
        if let Some(root) = env::args().nth(1) {
            return inside(&root);
        }
        let root = tempfile::tempdir()?;
        if !compile(root.path())? {
            println!("skipped: cc cannot link statically");
            return Ok(());
        }
        let mut child = Command::new(env::current_exe()?);
        let output = child.arg(root.path()).output()?;
        print!("{}", String::from_utf8_lossy(&output.stdout));
        if output.stdout.starts_with(b"skipped") {
            return Ok(());
        }
        assert_eq!(
            output.status.code(),
            Some(42),
            "the program ran: {output:?}"
        );
        println!("/program ran and exited with 42");
        Ok(())
    }

    fn compile(root: &Path) -> Result<bool, Box<dyn Error>> {
        let source = root.join("program.c");
        fs::write(&source, SOURCE)?;
        let mut cc = Command::new("cc");
        cc.arg("-static")
            .arg("-o")
            .arg(root.join("program"))
            .arg(&source);
        let compiled = cc.stderr(Stdio::null()).status()?.success();
        fs::remove_file(source)?;
        Ok(compiled)
    }

    /// In a process of its own, which becomes the program.
    fn inside(root: &str) -> Result<(), Box<dyn Error>> {
        if let Err(error) = unshare(CloneFlags::CLONE_NEWUSER) {
            println!("skipped: no user namespace: {error}");
            return Ok(());
        }
        chroot(root)?;
        chdir("/")?;
        let shell = CString::new("/bin/sh")?;
        let refused = execv(&shell, &[&shell]).expect_err("there is no shell");
        println!("/bin/sh: {refused}");
        assert_eq!(refused, Errno::ENOENT);
        let program = CString::new("/program")?;
        match execv(&program, &[&program])? {}
    }
}

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    linux::run()
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: this is Linux's way");
}
