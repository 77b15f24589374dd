//! `read_line` keeps the newline, `lines` strips it, and a last line without one is still a line.
//!
//! The kernel knows no lines, only bytes; the newline ends a line by agreement. Keeping it lets a
//! program tell "last line, complete" from "last line, cut off", and copy a file without changing
//! it. Stripping it is what a program wants that only looks at the text.
//!
//! Go's `Reader.ReadString('\n')` keeps it too, and gives a last line without one together with
//! `io.EOF`; `Scanner.Text` strips it, but a Scanner fails on lines over 64 KiB, which `lines` does
//! not.
//!
//! ```syscalls
//! read(3, "one\n", 4) = 4
//! read(3, "zwei", 4) = 4
//! read(3, "\r\n\n\344", 4) = 4
//! read(3, "\270\211\343\201", 4) = 4
//! read(3, "\244", 4) = 1
//! read(3, "", 4) = 0
//! ```

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};

const TEXT: &str = "one\nzwei\r\n\n三つ";

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("text");
    fs::write(&path, TEXT)?;
    // Four bytes of buffer, so that lines and even one character reach over its end.
    let open = || File::open(&path).map(|file| BufReader::with_capacity(4, file));

    let mut kept = Vec::new();
    let mut reader = open()?;
    loop {
        let mut line = String::new();
        // 0 is the end of the input, and nothing else: an empty line still has its newline.
        if reader.read_line(&mut line)? == 0 {
            break;
        }
        kept.push(line);
    }
    println!("read_line: {kept:?}");
    assert_eq!(kept, ["one\n", "zwei\r\n", "\n", "三つ"]);
    assert_eq!(kept.concat(), TEXT);

    // "\r\n" goes as a whole: the text is the same whichever system wrote it.
    let stripped = open()?.lines().collect::<io::Result<Vec<_>>>()?;
    println!("lines:     {stripped:?}");
    assert_eq!(stripped, ["one", "zwei", "", "三つ"]);

    // A newline ends a line, it does not separate two: no empty line follows the last one.
    assert_eq!("a\n".as_bytes().lines().count(), 1);
    assert_eq!("a\n".split('\n').count(), 2);

    // `read_line` appends, so one String serves for all lines only if it is cleared between them.
    let mut reader = open()?;
    let mut line = String::new();
    reader.read_line(&mut line)?;
    reader.read_line(&mut line)?;
    println!("read_line twice into one String: {line:?}");
    assert_eq!(line, "one\nzwei\r\n");
    Ok(())
}
