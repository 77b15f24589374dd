//! To create a file and drop it is two lines of the log: `openat(…) = 3`, and later `close(3) = 0`.
//!
//! The lesson starts itself again as the program to look at, and has it traced by this chapter's
//! library. Each line of the log is one call: its name, its arguments in the words of the manual
//! page, and after the `=` what the kernel answered. Most lines are not the program's own. They
//! come from the dynamic loader and from std, before `main`; so one looks for a name one knows,
//! here the file's, and follows the number that the kernel gave. In between, a debug build looks
//! whether the number is still open (`fcntl(3, F_GETFD)`), for to close one twice is a mistake.
//!
//! `syscalls trace CMD` prints such a log of any program, as `strace CMD` does.
//!
//! Linux only: tracing needs ptrace.

use std::env;
use std::fs::File;

use anyhow::{Context, Result};
use syscalls::event::Call;
use syscalls::trace::{Command, Ending, Options, Recording};

fn main() -> Result<()> {
    if let Some(path) = env::args().nth(1) {
        let file = File::create(path)?;
        drop(file);
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux lets one program watch the calls of another");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("created");
    let command = Command::new(env::current_exe()?).arg(&path);
    let recording = Recording::of(&command, Options::default())?;
    assert_eq!(recording.ending, Ending::Exited(0));
    assert!(path.exists());

    let log: Vec<&Call> = recording.calls().collect();
    let names_file = |call: &&Call| call.name == "openat" && call.arguments.contains("/created\"");
    let opened = log.iter().position(names_file).context("no openat")?;
    // 3 unless whoever started us left more than 0, 1 and 2 open.
    let number = log[opened].outcome.to_string();
    let closing = format!("close({number}) = 0");
    let is_closing = |call: &&Call| call.to_string() == closing;
    let closed = log.iter().rposition(is_closing).context("no close")?;

    println!("{opened} calls before it, the first {}", log[0].name);
    for call in &log[opened..=closed] {
        println!("{call}");
    }
    let arguments = &log[opened].arguments;
    assert!(arguments.contains("O_WRONLY|O_CREAT|O_TRUNC"));
    assert!(number.parse::<i32>()? >= 3 && opened < closed);
    let between = &log[opened + 1..closed];
    assert!(between.iter().all(|call| call.name == "fcntl"));
    Ok(())
}
