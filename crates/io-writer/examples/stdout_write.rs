//! Standard output carries bytes: what is written to it arrives unchanged, text or not.
//!
//! `print!` takes text, `Write` takes any bytes; under both is descriptor 1. Nothing translates
//! line ends on the way to a file or a pipe; only the driver of a terminal does. What is left in
//! the buffer of `Stdout` is written when `main` returns. Go's os.Stdout has no buffer.
//!
//! ```syscalls
//! write(1, "os.Stdout example\n", 18) = 18
//! write(1, "\0\1\2\3\4\5\6\7\10\t\n", 11) = 11
//! write(1, "\v\f\r\16\17\20*"*, 245) = 245
//! exit_group(0)
//! ```

use std::env;
use std::io::{self, Write};
use std::process::Command;

/// Every byte there is: NUL, line ends of all kinds, and what is no UTF-8.
fn all_bytes() -> Vec<u8> {
    (0..=255).collect()
}

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("write") {
        let mut stdout = io::stdout().lock();
        stdout.write_all(b"os.Stdout example\n")?;
        return stdout.write_all(&all_bytes());
    }
    let output = Command::new(env::current_exe()?).arg("write").output()?;
    let (line, rest) = output.stdout.split_at(18);
    assert_eq!(line, b"os.Stdout example\n");
    assert_eq!(rest, all_bytes());
    let first = rest[..16].escape_ascii();
    println!("{} {} bytes: {first} ...", line.escape_ascii(), rest.len());
    assert!(output.stderr.is_empty() && output.status.success());
    Ok(())
}
