//! A `BufWriter` that is dropped writes what it holds and throws the error away, since `drop` has no
//! result. Whoever wants the error flushes before that.

use std::io::{self, BufWriter, Write};

/// Writes `number name` for each name.
pub fn report(sink: impl Write, names: &[&str]) -> io::Result<()> {
    let mut out = BufWriter::new(sink);
    for (number, name) in (1..).zip(names) {
        writeln!(out, "{number} {name}")?;
    }
    out.flush()
}
