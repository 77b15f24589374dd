//! Rust's stdout writes out each line even when it is no terminal; without a newline it waits.
//!
//! `Stdout` is a `LineWriter`: a newline sends everything up to it, the rest stays. C's stdio looks
//! where its output goes and buffers in blocks when that is not a terminal; std does not look, so a
//! program that prints many lines into a file or a pipe makes a call for each. A `BufWriter` around
//! the locked stdout is the cure. Go's `os.Stdout` has no buffer at all.
//!
//! ```syscalls
//! write(1, "line 1\n", 7) = 7
//! write(1, "line 10\n", 8) = 8
//! write(1, "line 1\nline 2\n*"*, 71) = 71
//! write(6, "<nothing yet>", 13) = 13
//! write(3, "no newline", 10) = 10
//! write(3, "whole line\n", 11) = 11
//! write(6, "<the line only>", 15) = 15
//! write(3, "and a bit", 9) = 9
//! write(1, "line *\n", 7) = 7 x9
//! ```

use std::env;
use std::io::{self, BufWriter, IsTerminal, LineWriter, Write};
use std::process::{Command, Stdio};

use io_writer::recorder::recorder;

fn print_lines(way: &str) -> io::Result<()> {
    assert!(!io::stdout().is_terminal());
    if way == "println!" {
        (1..=10).for_each(|n| println!("line {n}"));
        return Ok(());
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for n in 1..=10 {
        writeln!(out, "line {n}")?;
    }
    out.flush()
}

/// Runs this program as a child that prints in the way named; returns what each of its writes held.
fn writes_of_child(way: &str) -> io::Result<Vec<Vec<u8>>> {
    let (file, calls) = recorder()?;
    let status = Command::new(env::current_exe()?)
        .arg(way)
        .stdout(Stdio::from(file))
        .status()?;
    assert!(status.success(), "{way}: {status}");
    calls.finish()
}

fn main() -> io::Result<()> {
    if let Some(way) = env::args().nth(1) {
        return print_lines(&way);
    }

    let lines = writes_of_child("println!")?;
    println!(
        "10 lines by println!:              {:>2} writes",
        lines.len()
    );
    let expected: Vec<_> = (1..=10)
        .map(|n| format!("line {n}\n").into_bytes())
        .collect();
    assert_eq!(lines, expected);

    let block = writes_of_child("BufWriter")?;
    println!(
        "10 lines by a BufWriter around it: {:>2} write",
        block.len()
    );
    assert_eq!(block, [expected.concat()]);

    // The probe's bytes go straight to the same file, so what comes after them was held until then.
    let (file, calls) = recorder()?;
    let mut probe = file.try_clone()?;
    let mut out = LineWriter::new(file);
    out.write_all(b"no newline")?;
    probe.write_all(b"<nothing yet>")?;
    out.flush()?;
    out.write_all(b"whole line\nand a bit")?;
    probe.write_all(b"<the line only>")?;
    drop(out);
    let writes = calls.finish()?;
    let texts: Vec<_> = writes
        .iter()
        .map(|bytes| String::from_utf8_lossy(bytes))
        .collect();
    println!("LineWriter: {texts:?}");
    assert_eq!(
        texts,
        [
            "<nothing yet>",
            "no newline",
            "whole line\n",
            "<the line only>",
            "and a bit"
        ]
    );
    Ok(())
}
