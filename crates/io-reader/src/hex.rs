//! Bytes for eyes, in the format of `hexdump -C`.
//!
//! Rows of sixteen: the offset, the bytes in hexadecimal, the same bytes as ASCII with a dot for
//! what does not print. Rows equal to the one before are shown as one `*`; a last line gives the
//! offset where the bytes end. See [hexdump(1)].
//!
//! [hexdump(1)]: https://man7.org/linux/man-pages/man1/hexdump.1.html

use std::io::{self, Write};

/// How many bytes a row shows.
const ROW: usize = 16;

/// Prints everything that is written to it.
///
/// ```
/// use io_reader::hex::HexDump;
/// use std::io::Write;
///
/// let mut dump = HexDump::new(Vec::new());
/// dump.write_all(b"\x89PNG\r\n\x1a\n")?;
/// let text = String::from_utf8(dump.finish()?).unwrap();
/// assert_eq!(
///     text,
///     "00000000  89 50 4e 47 0d 0a 1a 0a                           |.PNG....|\n\
///      00000008\n"
/// );
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// A row is printed when it is full, so the end needs [`finish`](Self::finish): without it up to
/// fifteen bytes and the last offset are missing. Every row is one small write to `W`; a buffer
/// under the dump makes them few.
#[doc(alias = "Dumper")]
#[derive(Debug)]
pub struct HexDump<W> {
    out: W,
    /// Where `row` begins, as shown at its left.
    offset: u64,
    /// The row that is being filled. Never full between two calls.
    row: Vec<u8>,
    /// The last full row, printed or not; empty before the first.
    previous: Vec<u8>,
    /// A `*` has been printed, and stands for all rows since.
    squeezing: bool,
}

impl<W: Write> HexDump<W> {
    /// Prints to `out`, with offsets from 0.
    pub fn new(out: W) -> Self {
        Self::starting_at(out, 0)
    }

    /// Prints to `out`, with `offset` as that of the first byte: for a window into a file.
    pub fn starting_at(out: W, offset: u64) -> Self {
        Self {
            out,
            offset,
            row: Vec::with_capacity(ROW),
            previous: Vec::with_capacity(ROW),
            squeezing: false,
        }
    }

    /// Prints the last row and the offset of the end, unless that is 0, and gives the writer back.
    ///
    /// # Errors
    ///
    /// A failed write or flush of the writer under it.
    pub fn finish(mut self) -> io::Result<W> {
        let end = self.offset + self.row.len() as u64;
        if !self.row.is_empty() {
            self.print_row()?;
        }
        if end > 0 {
            writeln!(self.out, "{end:08x}")?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    /// Prints the full row, or lets a `*` stand for it, and begins the next.
    fn end_row(&mut self) -> io::Result<()> {
        if self.row != self.previous {
            self.print_row()?;
            self.squeezing = false;
        } else if !self.squeezing {
            self.out.write_all(b"*\n")?;
            self.squeezing = true;
        }
        std::mem::swap(&mut self.row, &mut self.previous);
        self.row.clear();
        self.offset += ROW as u64;
        Ok(())
    }

    fn print_row(&mut self) -> io::Result<()> {
        let line = format_row(self.offset, &self.row);
        self.out.write_all(line.as_bytes())
    }
}

impl<W: Write> Write for HexDump<W> {
    /// Takes what fits into the current row.
    ///
    /// # Errors
    ///
    /// A failed write of the row that `bytes` made full. None of `bytes` is taken then, but a part
    /// of the row may have been printed.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let before = self.row.len();
        let n = bytes.len().min(ROW - before);
        self.row.extend_from_slice(&bytes[..n]);
        if self.row.len() == ROW
            && let Err(error) = self.end_row()
        {
            self.row.truncate(before);
            return Err(error);
        }
        Ok(n)
    }

    /// Flushes the rows that are full. A row once begun is printed when it is full, or by
    /// [`HexDump::finish`].
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn format_row(offset: u64, bytes: &[u8]) -> String {
    let mut line = format!("{offset:08x} ");
    for column in 0..ROW {
        if column % (ROW / 2) == 0 {
            line.push(' ');
        }
        match bytes.get(column) {
            Some(byte) => line.push_str(&format!("{byte:02x} ")),
            None => line.push_str("   "),
        }
    }
    let shown = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    });
    line.push_str(" |");
    line.extend(shown);
    line.push_str("|\n");
    line
}
