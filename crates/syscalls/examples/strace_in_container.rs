//! A container with default settings lets a program trace its own children: Linux tools on a Mac.
//!
//! macOS has no tracer that shows the calls of a program without turning its protection off. A
//! Linux container on the Mac has one, since the container's kernel is Linux. The lesson prints the
//! command, which is for this repository's folder; in it the log of `strace-a-file-create` is what
//! it is anywhere.
//!
//! Three things may forbid tracing. Docker's list of allowed calls (a seccomp filter) had no
//! `ptrace` up to version 19.03, or with a kernel before 4.8: add `--security-opt
//! seccomp=unconfined`. The Yama module's `ptrace_scope` allows only a tracer's own descendants at
//! 1, only those with the capability `CAP_SYS_PTRACE` at 2 (add `--cap-add SYS_PTRACE`), and nobody
//! at 3. And an emulated processor (`--platform linux/amd64` on an Apple chip) has no ptrace.
//!
//! The lesson reads what applies where it runs, says what is to be expected, and looks.
//!
//! Linux only: it is what a container on a Mac is for.

use std::env;
use std::fs::{self, File};

use anyhow::{Context, Result, ensure};
use syscalls::trace::{Command, Options, Recording};

/// The target directory is a place of the container's own, since the Mac's holds Mac programs.
const RECIPE: &str = r#"docker run --rm -it -v "$PWD":/src -w /src -e CARGO_TARGET_DIR=/tmp/target \
    rust:1.95 cargo xtask run syscalls strace-a-file-create"#;

/// Its place in the sets of capabilities; from linux/capability.h.
const CAP_SYS_PTRACE: u32 = 19;

fn main() -> Result<()> {
    if let Some(path) = env::args().nth(1) {
        drop(File::create(path)?);
        return Ok(());
    }
    println!("{RECIPE}\n");
    if !cfg!(target_os = "linux") {
        println!("skipped: the rest is for inside the container");
        return Ok(());
    }
    let capabilities = u64::from_str_radix(&status("CapEff")?, 16)?;
    let capable = capabilities >> CAP_SYS_PTRACE & 1 == 1;
    let filtered = status("Seccomp")? == "2";
    // Kernels without Yama have no such file, and no such limit.
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope");
    let scope: u32 = scope.map_or(Ok(0), |text| text.trim().parse())?;
    let expected = scope <= 1 || (scope == 2 && capable);
    println!("CAP_SYS_PTRACE {capable}, seccomp filter {filtered}, ptrace_scope {scope}");

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("created");
    let command = Command::new(env::current_exe()?).arg(path);
    match Recording::of(&command, Options::default()) {
        Ok(recording) => {
            assert!(expected, "Yama should have forbidden this");
            shows_the_file(&recording)
        }
        Err(error) => {
            println!("cannot trace here: {error}");
            ensure!(
                !expected || filtered,
                "nothing forbids it, and yet it fails"
            );
            Ok(())
        }
    }
}

/// A field of /proc/self/status, which proc(5) describes.
fn status(name: &str) -> Result<String> {
    let status = fs::read_to_string("/proc/self/status")?;
    let mut fields = status.lines().filter_map(|line| line.split_once(":\t"));
    let (_, value) = fields
        .find(|(field, _)| *field == name)
        .context("no such field")?;
    Ok(value.to_owned())
}

/// The log has the lines that it has anywhere: the file is created, and closed.
fn shows_the_file(recording: &Recording) -> Result<()> {
    let log: Vec<String> = recording.calls().map(ToString::to_string).collect();
    let opened = log
        .iter()
        .position(|line| line.contains("/created\", O_WRONLY|O_CREAT"));
    let log = &log[opened.context("no openat")?..];
    let number = log[0].rsplit(' ').next().unwrap_or_default();
    let closing = format!("close({number}) = 0");
    assert!(log.contains(&closing), "{log:#?}");
    println!("{}\n{closing}", log[0]);
    Ok(())
}
