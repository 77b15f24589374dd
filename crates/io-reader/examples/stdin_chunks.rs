//! Five bytes at a time, "123456789" arrives as 5, 4 and 0, and a character may be cut in two.
//!
//! A chunk ends where the buffer is full, not where a character does. Text is decoded as far as it
//! is whole, and a tail that lacks bytes waits for the next chunk; `Utf8Error` tells it from bytes
//! that are wrong by an `error_len` of `None`. Only `buffer[..n]` is new: behind it stands the
//! chunk before. Go's `string(buffer[:n])` keeps the broken halves as they are.
//!
//! The kernel is asked for more than five bytes: `Stdin` reads 8 KiB at a time and hands them out.
//!
//! ```syscalls
//! read(0, "123456789", 8192) = 9
//! write(1, "5 \"12345\"\n", 10) = 10
//! write(1, "4 \"6789\"\n", 9) = 9
//! read(0, "", 8192) = 0
//! ```

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("child") {
        return print_chunks();
    }
    let digits = chunks_of(b"123456789")?;
    println!("{digits}");
    assert_eq!(digits, "5 \"12345\"\n4 \"6789\"\n0 \"\"\n");

    let sushi = "寿🍣司!".as_bytes();
    assert!(str::from_utf8(&sushi[..5]).is_err());
    let sushi = chunks_of(sushi)?;
    println!("{sushi}");
    assert_eq!(sushi, "5 \"寿\"\n5 \"🍣司\"\n1 \"!\"\n0 \"\"\n");

    // Bytes that no continuation can mend, and a character that never gets its last byte.
    let broken = chunks_of(b"a\xFFb\xC0cde\xE5\xAF")?;
    println!("{broken}");
    assert_eq!(broken, "5 \"a�b�c\"\n4 \"de\"\n0 \"�\"\n");
    Ok(())
}

fn print_chunks() -> io::Result<()> {
    let mut buffer = [0; 5];
    let mut pending = Vec::new();
    loop {
        let n = io::stdin().read(&mut buffer)?;
        pending.extend_from_slice(&buffer[..n]);
        let mut text = take_text(&mut pending);
        if n == 0 && !pending.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        println!("{n} {text:?}");
        if n == 0 {
            return Ok(());
        }
    }
}

/// Takes the text out of `pending`, with U+FFFD for what can never become a character, and leaves
/// a last character there that still lacks bytes.
fn take_text(pending: &mut Vec<u8>) -> String {
    let whole = pending.len() - incomplete_tail(pending);
    let text = String::from_utf8_lossy(&pending[..whole]).into_owned();
    pending.drain(..whole);
    text
}

/// How many of the last bytes are the start of a character: at most 3, since the longest has 4.
fn incomplete_tail(bytes: &[u8]) -> usize {
    let lacks_bytes = |&n: &usize| {
        str::from_utf8(&bytes[bytes.len() - n..])
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=bytes.len().min(3)).find(lacks_bytes).unwrap_or(0)
}

/// What this program, run as a child, prints for these bytes on its standard input.
fn chunks_of(input: &[u8]) -> io::Result<String> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("child")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    // One write, so that all bytes are there at the child's first read; dropping the pipe ends it.
    child.stdin.take().expect("piped").write_all(input)?;
    let output = child.wait_with_output()?;
    assert!(output.status.success());
    String::from_utf8(output.stdout).map_err(io::Error::other)
}
