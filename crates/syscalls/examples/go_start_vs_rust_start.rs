//! A Rust program starts without a thread, a lock or an event queue; tokio's runtime makes all three.
//!
//! Which goroutine runs is decided in the program, by a scheduler that every Go program brings. So
//! before its `main` it starts threads (`clone`), which wait for work and wake each other
//! (`futex`); it prepares a signal, `SIGURG`, with which it interrupts a goroutine that runs for
//! too long; and as soon as a file or a socket is opened, it makes a queue that tells which of them
//! are ready (`epoll_create1`). Rust's std has none of that: what it runs is a program as in C. Who
//! wants a scheduler links one, and then the same three calls appear, at the line that starts it.
//!
//! Go's side is shown where Go is installed; the Go program watched is its own `gofmt`.
//!
//! Linux only: tracing needs ptrace.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{env, process};

use anyhow::Result;
use syscalls::trace::{Command, Options, Recording};

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some("hello") => return Ok(()),
        Some("tokio") => {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            let runtime = builder.worker_threads(2).enable_io().build()?;
            return Ok(runtime.block_on(async { tokio::spawn(async {}).await })?);
        }
        _ if !cfg!(target_os = "linux") => {
            println!("skipped: only Linux lets one program watch the calls of another");
            return Ok(());
        }
        _ => {}
    }
    println!("                 clone  futex  epoll_create1  SIGURG");
    let this = Command::new(env::current_exe()?);
    let hello = Start::of("Rust", &this.arg("hello"))?;
    assert_eq!(hello, Start::default());

    let this = Command::new(env::current_exe()?);
    let tokio = Start::of("Rust with tokio", &this.arg("tokio"))?;
    assert!(tokio.threads >= 2 && tokio.futexes > 0 && tokio.epolls > 0);

    let Some(gofmt) = gofmt() else {
        println!("Go               is not installed here");
        return Ok(());
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("empty.go");
    fs::write(&file, "package empty\n")?;
    // Go's tools count their own use, in files under the home directory.
    let gofmt = Command::new(gofmt)
        .arg(file)
        .stdout(File::create("/dev/null")?);
    let go = Start::of("Go", &gofmt.env("XDG_CONFIG_HOME", folder.path()))?;
    assert!(go.threads > 0 && go.futexes > 0 && go.epolls > 0 && go.preempts);
    Ok(())
}

/// What a program asked the kernel for, all its threads together.
#[derive(Debug, Default, PartialEq)]
struct Start {
    threads: usize,
    futexes: usize,
    epolls: usize,
    /// A handler for `SIGURG` was set.
    preempts: bool,
}

impl Start {
    fn of(title: &str, command: &Command) -> Result<Self> {
        let options = Options {
            follow: true,
            ..Options::default()
        };
        let recording = Recording::of(command, options)?;
        let count = |names: &[&str]| {
            let succeeded = recording.calls().filter(|call| !call.failed());
            succeeded.filter(|call| names.contains(&call.name)).count()
        };
        let start = Self {
            // The C library prefers the newer call, Go the older.
            threads: count(&["clone", "clone3"]),
            futexes: count(&["futex"]),
            epolls: count(&["epoll_create1"]),
            preempts: recording
                .calls()
                .any(|call| call.name == "rt_sigaction" && call.arguments.starts_with("SIGURG, {")),
        };
        println!(
            "{title:15} {:6} {:6} {:14}  {}",
            start.threads,
            start.futexes,
            start.epolls,
            if start.preempts { "handled" } else { "-" },
        );
        Ok(start)
    }
}

/// The formatter that comes with Go, a small Go program that is always there.
fn gofmt() -> Option<PathBuf> {
    let answer = process::Command::new("go")
        .args(["env", "GOROOT"])
        .output()
        .ok()?;
    let root = String::from_utf8(answer.stdout).ok()?;
    let gofmt = Path::new(root.trim()).join("bin/gofmt");
    gofmt.is_file().then_some(gofmt)
}
