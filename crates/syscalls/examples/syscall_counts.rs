//! Counted by name, the calls of a program show what it does too often; the counts sum to the trace.
//!
//! Each crossing into the kernel has a price, so a slow program is first asked how often it
//! crosses, and for what. Here are three: one writes a thousand lines, one does it through a
//! buffer, and one looks for its settings in twenty places where they are not. The column of errors
//! gives the last one away. Most errors are harmless, as these are, and each is a crossing all the
//! same.
//!
//! `syscalls trace -c CMD` counts the calls of any program, and so does `strace -c CMD`.
//!
//! Linux only: tracing needs ptrace.

use std::env;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use anyhow::Result;
use syscalls::summary::{Count, Summary};
use syscalls::trace::{Command, Options, Recording};

const LINE: &[u8] = b"0123456789\n";

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        Some("lines") => return Ok(lines(tempfile::tempfile()?)?),
        Some("buffered lines") => return Ok(lines(BufWriter::new(tempfile::tempfile()?))?),
        Some("search") => {
            search();
            return Ok(());
        }
        _ => {}
    }
    if !cfg!(target_os = "linux") {
        println!("skipped: only Linux lets one program watch the calls of another");
        return Ok(());
    }
    let writes = count("lines", "write")?;
    assert_eq!((writes.calls, writes.errors), (1000, 0));
    let writes = count("buffered lines", "write")?;
    assert_eq!((writes.calls, writes.errors), (2, 0));
    let opens = count("search", "openat")?;
    assert_eq!((opens.calls, opens.errors), (20, 20));
    Ok(())
}

/// Runs this program as `name` and counts what it asks for from its `main` on, `call` above all.
fn count(name: &str, call: &str) -> Result<Count> {
    let command = Command::new(env::current_exe()?).arg(name);
    let options = Options {
        from_main: true,
        ..Options::default()
    };
    let recording = Recording::of(&command, options)?;
    let mut summary = Summary::default();
    recording.calls().for_each(|call| summary.add(call));

    println!("{name}: {} calls", summary.total().calls);
    let mut counts = summary.counts();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(count.calls));
    for (name, count) in counts.iter().take(4) {
        println!("{:6} {name:12} {:2} errors", count.calls, count.errors);
    }
    let sum: u64 = counts.iter().map(|(_, count)| count.calls).sum();
    assert_eq!(sum, recording.calls().count() as u64);
    assert_eq!(sum, summary.total().calls);
    let asked = counts.iter().find(|(name, _)| *name == call);
    Ok(asked.map(|(_, count)| *count).unwrap_or_default())
}

fn lines(mut file: impl Write) -> io::Result<()> {
    for _ in 0..1000 {
        file.write_all(LINE)?;
    }
    file.flush()
}

fn search() {
    for place in 0..20 {
        let missing = File::open(format!("/nowhere/{place}/settings"));
        assert!(missing.is_err());
    }
}
