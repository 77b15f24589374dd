//! 1000 lines through a `BufWriter` are 1 write(2); `writeln!` straight to a `File` makes 2000.
//!
//! `writeln!` does not build the line first. It hands the writer one piece after another, each
//! argument and each stretch of literal text, and a `File` turns every piece into a system call:
//! `writeln!(file, "{n}")` makes two, the number and the newline. A line formatted into a `String`
//! first is one call. A `BufWriter` collects the pieces of many lines and calls write(2) when its
//! 8192 bytes are full, or at `flush`.
//!
//! Go's `fmt.Fprintf` formats into a buffer of its own, so there the unbuffered loop makes 1000.
//!
//! ```syscalls
//! write(3, *) x2000
//! write(4, *) x1000
//! write(5, "0\n1\n2\n*"*, 3890) = 3890 x1
//! ```

use std::io::{self, BufWriter, Write};

use io_writer::recorder::recorder;

const LINES: usize = 1000;

fn write_lines(out: &mut impl Write) -> io::Result<()> {
    for n in 0..LINES {
        writeln!(out, "{n}")?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    // A recorder's file keeps every write(2) apart from the next.
    let (mut file, calls) = recorder()?;
    write_lines(&mut file)?;
    let raw = calls.finish()?;
    println!("writeln! to the file:      {:>4} writes", raw.len());
    assert_eq!(raw.len(), 2 * LINES);
    assert_eq!(raw[..4], [b"0", b"\n", b"1", b"\n"]);

    let (mut file, calls) = recorder()?;
    for n in 0..LINES {
        file.write_all(format!("{n}\n").as_bytes())?;
    }
    let whole_lines = calls.finish()?;
    println!("format!, then write_all:   {:>4} writes", whole_lines.len());
    assert_eq!(whole_lines.len(), LINES);

    let (file, calls) = recorder()?;
    let mut out = BufWriter::new(file);
    write_lines(&mut out)?;
    out.flush()?;
    let buffered = calls.finish()?;
    println!(
        "writeln! to a BufWriter:   {:>4} write of {} bytes",
        buffered.len(),
        buffered[0].len()
    );
    assert_eq!(buffered, [raw.concat()]);
    assert_eq!(whole_lines.concat(), buffered[0]);
    Ok(())
}
