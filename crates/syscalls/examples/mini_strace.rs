//! A tracer fits on a page: `ptrace(2)` stops a program at each call, and registers say which.
//!
//! The child asks to be traced and executes `cat`. From then on it stops twice for each system
//! call, at the kernel's door going in and coming out, and its parent, which waits for it as for
//! any child, is told. At each stop the parent asks what the registers hold
//! (`PTRACE_GET_SYSCALL_INFO`) and lets the child go on to the next stop (`PTRACE_SYSCALL`). That
//! is all strace does, and gdb's `catch syscall` too; what is left is to print arguments, and to
//! follow threads and children.
//!
//! The names and results are compared with those of strace for the same program. Addresses differ
//! from run to run, as the kernel puts a program's memory in a random place each time.
//!
//! Linux only: `ptrace` of other systems has no stops at calls.
//! Needs: strace
#![allow(unsafe_code)] // a step between fork and execve, and a union that the kernel fills

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: Linux alone stops a program at its calls");
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    std::fs::write(&file, "what cat prints\n")?;
    let missing = folder.path().join("missing");
    let arguments = [file.as_path(), missing.as_path()];

    let ours = linux::trace("cat", &arguments)?;
    for (name, result) in &ours {
        println!("{name:>16} = {result}");
    }
    let theirs = linux::strace("cat", &arguments, &folder.path().join("log"))?;
    // strace is there a moment earlier: the execve itself is its first line.
    assert_eq!(theirs[0].0, "execve");
    assert_eq!(ours, theirs[1..]);
    println!("{} calls, as strace has them", ours.len());
    assert!(ours.contains(&("openat".into(), "ENOENT".into())));
    Ok(())
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::{fs, io};

    use anyhow::{Context, Result};
    use nix::libc;
    use nix::sys::ptrace;
    use nix::sys::wait::{WaitStatus, waitpid};
    use nix::unistd::Pid;
    use syscalls::errno::Errno;
    use syscalls::table::Architecture;

    /// The name of a call, and what came of it.
    pub(crate) type Call = (String, String);

    fn quiet(program: &str) -> Command {
        let mut command = Command::new(program);
        // Without a language to look up, cat opens fewer files.
        command.env("LC_ALL", "C");
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    pub(crate) fn trace(program: &str, arguments: &[&Path]) -> Result<Vec<Call>> {
        let mut command = quiet(program);
        command.args(arguments);
        // SAFETY: between fork and execve only calls that take no locks are allowed; ptrace is one.
        unsafe { command.pre_exec(|| ptrace::traceme().map_err(io::Error::from)) };
        let pid = Pid::from_raw(command.spawn()?.id() as i32);

        // After its execve the child is stopped by a SIGTRAP; the later stops are to be marked.
        waitpid(pid, None)?;
        ptrace::setoptions(pid, ptrace::Options::PTRACE_O_TRACESYSGOOD)?;
        let mut calls = Vec::new();
        let mut name = String::new();
        let mut signal = None;
        loop {
            ptrace::syscall(pid, signal.take())?;
            match waitpid(pid, None)? {
                WaitStatus::PtraceSyscall(_) => match stop(pid)? {
                    Stop::Enter(number) => name = name_of(number),
                    Stop::Exit(result) => {
                        let result = readable(&name, result);
                        calls.push((std::mem::take(&mut name), result));
                    }
                },
                WaitStatus::Stopped(_, arrived) => signal = Some(arrived),
                // exit_group went in and never came out.
                _ => break calls.push((name, "?".into())),
            }
        }
        Ok(calls)
    }

    enum Stop {
        Enter(u64),
        Exit(i64),
    }

    fn stop(pid: Pid) -> Result<Stop> {
        let info = ptrace::syscall_info(pid)?;
        Ok(if info.op == libc::PTRACE_SYSCALL_INFO_ENTRY {
            // SAFETY: `op` says that the kernel filled this field of the union.
            Stop::Enter(unsafe { info.u.entry.nr })
        } else {
            // SAFETY: the same for the other kind of stop.
            Stop::Exit(unsafe { info.u.exit.sval })
        })
    }

    fn name_of(number: u64) -> String {
        let name = Architecture::HERE.name(number);
        name.map_or_else(|| format!("syscall_{number:#x}"), str::to_owned)
    }

    /// The error's name, or the number unless it is another one in the next run.
    fn readable(name: &str, result: i64) -> String {
        match name {
            _ if (-4095..0).contains(&result) => Errno::from_number(-result as i32).name().into(),
            "brk" | "mmap" | "mremap" => "address".into(),
            "getpid" | "gettid" | "set_tid_address" => "own number".into(),
            _ => result.to_string(),
        }
    }

    /// The same, read from strace's log.
    pub(crate) fn strace(program: &str, arguments: &[&Path], log: &Path) -> Result<Vec<Call>> {
        let mut strace = quiet("strace");
        strace.arg("-o").arg(log).arg(program);
        strace.args(arguments).status()?;
        let log = fs::read_to_string(log)?;
        let lines = log.lines().filter(|line| !line.starts_with("+++ "));
        lines.map(read).collect()
    }

    /// Reads `openat(AT_FDCWD, "missing", O_RDONLY) = -1 ENOENT (No such file or directory)`.
    fn read(line: &str) -> Result<Call> {
        let (call, result) = line.rsplit_once(" = ").context("no result")?;
        let (name, _) = call.split_once('(').context("no arguments")?;
        let mut words = result.split(' ');
        let result = match words.next().unwrap_or_default() {
            "?" => "?".into(),
            "-1" => words.next().unwrap_or_default().into(),
            number => match number.strip_prefix("0x") {
                Some(digits) => readable(name, i64::from_str_radix(digits, 16)?),
                None => readable(name, number.parse()?),
            },
        };
        Ok((name.to_owned(), result))
    }
}
