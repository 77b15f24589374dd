//! What a program prints, told as it comes.

use std::io::{self, PipeReader, PipeWriter, Read};
use std::str;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use super::run::Run;

/// The end that a program writes to, and what ends when all have closed that.
pub(super) struct Output {
    pub(super) writer: PipeWriter,
    pub(super) ended: Receiver<()>,
}

/// A pipe whose contents are told of the run.
pub(super) fn listen(run: &Arc<Run>) -> io::Result<Output> {
    let (reader, writer) = io::pipe()?;
    let (end, ended) = mpsc::channel::<()>();
    let run = Arc::clone(run);
    thread::Builder::new().spawn(move || {
        // What cannot be read is over.
        let _ = copy(reader, &run);
        drop(end);
    })?;
    Ok(Output { writer, ended })
}

fn copy(mut reader: PipeReader, run: &Run) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    let mut kept = 0;
    loop {
        let n = match reader.read(&mut buffer[kept..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let bytes = &buffer[..kept + n];
        let whole = if n == 0 {
            bytes.len()
        } else {
            whole_characters(bytes)
        };
        if whole > 0 {
            let text = String::from_utf8_lossy(&bytes[..whole]);
            run.tell(|log| log.output(&text));
        }
        if n == 0 {
            return Ok(());
        }
        let end = kept + n;
        buffer.copy_within(whole..end, 0);
        kept = end - whole;
    }
}

/// How many of the bytes there are without a character at the end whose other bytes are to come.
fn whole_characters(bytes: &[u8]) -> usize {
    let start = bytes.len().saturating_sub(3);
    let last = (start..bytes.len()).find(|&at| {
        matches!(str::from_utf8(&bytes[at..]), Err(error) if error.valid_up_to() == 0 && error.error_len().is_none())
    });
    last.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_not_whole_waits() {
        let text = "aé€😀".as_bytes();
        for (cut, whole) in [
            (1, 1),
            (2, 1),
            (3, 3),
            (4, 3),
            (5, 3),
            (6, 6),
            (7, 6),
            (9, 6),
            (10, 10),
        ] {
            assert_eq!(whole_characters(&text[..cut]), whole, "{cut}");
        }
        // No start of anything: shown as it is.
        assert_eq!(whole_characters(b"a\xff"), 2);
        assert_eq!(whole_characters(b""), 0);
    }
}
