//! A process can become another program without execve: map its segments, build a stack, jump.
//!
//! What the kernel does for `execve` beyond that is to make an empty address space and to close descriptors. All
//! else is reading a table and copying bytes: where each segment goes, and what is to be on the
//! stack. The dynamic linker does the same for libraries, and this chapter's tool for any program: `loader exec
//! /bin/ls -l /`.
//!
//! The lesson runs one static program both ways.
//!
//! Linux only: macOS lets only its own loader start programs.
//! Needs: cc
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/program", O_RDONLY|O_CLOEXEC) = $file
//! mmap(*, *, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_FIXED, $file, *) = *
//! close($file) = 0
//! exit_group(3) = ?
//! ```

#[cfg(target_os = "linux")]
mod linux {
    use std::error::Error;
    use std::ffi::CString;
    use std::process::Command;
    use std::{env, fs};

    use loader::exec;

    const SOURCE: &str = r#"
        #include <stdio.h>
        int main(int argc, char **argv) {
            printf("%d arguments, the last is %s\n", argc, argv[argc - 1]);
            return argc;
        }
    "#;

    pub(crate) fn main() -> Result<(), Box<dyn Error>> {
        if let Some(program) = env::var_os("PROGRAM") {
            let arguments = ["program", "one", "two"].map(CString::new);
            let arguments = arguments.into_iter().collect::<Result<Vec<_>, _>>()?;
            match exec::run(program.as_ref(), &arguments, &[])? {}
        }
        let folder = tempfile::tempdir()?;
        let (source, program) = (folder.path().join("main.c"), folder.path().join("program"));
        fs::write(&source, SOURCE)?;
        let built = Command::new("cc")
            .args(["-static", "-o"])
            .args([&program, &source])
            .status()?;
        assert!(built.success());

        let plan = exec::Program::open(&program)?;
        for piece in &plan.plan().pieces {
            println!(
                "{:#9x} bytes at {:#x}: {:?}",
                piece.length, piece.address, piece.protection
            );
        }
        let ours = Command::new(env::current_exe()?)
            .env("PROGRAM", &program)
            .output()?;
        let theirs = Command::new(&program).args(["one", "two"]).output()?;
        print!("{}", String::from_utf8_lossy(&ours.stdout));
        assert_eq!(ours.stdout, b"3 arguments, the last is two\n");
        assert_eq!(ours, theirs);
        assert_eq!(ours.status.code(), Some(3));
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
