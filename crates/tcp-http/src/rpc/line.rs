//! A text a line, on any byte stream.

use std::io::{self, BufRead, Read, Write};

use super::{LONGEST, Registry};

/// Answers the lines of `input` on `output`, until the input ends. A line that is empty is passed over,
/// one that is not ended by a line feed may be half of something and is not looked at.
///
/// Fails when the streams do, and with [`InvalidData`](io::ErrorKind::InvalidData) when a line is longer
/// than [`LONGEST`]: where the next one begins is then not worth looking for.
pub fn serve(
    registry: &Registry,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    while let Some(line) = read(&mut input)? {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(mut answer) = registry.answer(&line) {
            answer.push('\n');
            output.write_all(answer.as_bytes())?;
            output.flush()?;
        }
    }
    Ok(())
}

/// The next line, without its line feed; `None` at the end.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    input
        .by_ref()
        .take(LONGEST as u64 + 1)
        .read_until(b'\n', &mut line)?;
    match line.pop() {
        Some(b'\n') => Ok(Some(line)),
        Some(_) if line.len() >= LONGEST => {
            let message = format!("a line of more than {LONGEST} bytes");
            Err(io::Error::new(io::ErrorKind::InvalidData, message))
        }
        _ => Ok(None),
    }
}
