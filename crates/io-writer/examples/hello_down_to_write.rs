//! `println!` formats in pieces, yet the line reaches the kernel in one `write(2)`.
//!
//! The layers, from the top. `println!` locks standard output for the whole call, so that lines of
//! threads do not mix; `core::fmt` hands over the text literal by literal and argument by argument.
//! `Stdout` is a handle to the one buffer of the process, a `LineWriter`, which gathers the pieces
//! and passes on what a newline ends. `StdoutRaw` is descriptor 1 without a buffer; it takes a
//! closed one for success. `write(2)` copies the bytes into the kernel.
//!
//! Go's fmt.Println gathers the pieces itself, and os.Stdout has no buffer.
//!
//! ```syscalls
//! write(3, "Hello", 5) = 5
//! write(3, " ", 1) = 1
//! write(3, "World", 5) = 5
//! write(3, "!\n", 2) = 2
//! write(1, "Hello World!\n", 13) = 13 x1
//! ```

use std::io::{self, Write};
use std::process::Command;
use std::{env, fmt};

use io_writer::recorder;

/// Keeps the pieces apart as formatting hands them over.
struct Pieces(Vec<String>);

impl fmt::Write for Pieces {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.0.push(piece.to_owned());
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let (greeting, name) = ("Hello", "World");
    if env::args().nth(1).as_deref() == Some("greet") {
        println!("{greeting} {name}!");
        return Ok(());
    }

    let mut pieces = Pieces(Vec::new());
    fmt::write(&mut pieces, format_args!("{greeting} {name}!\n")).expect("Pieces takes everything");
    println!("core::fmt hands over {:?}", pieces.0);
    assert_eq!(pieces.0, ["Hello", " ", "World", "!\n"]);

    let (mut unbuffered, recorder) = recorder::recorder()?;
    writeln!(unbuffered, "{greeting} {name}!")?;
    let writes = recorder.finish()?;
    println!("writeln! into a File: {} writes", writes.len());
    assert_eq!(writes, ["Hello", " ", "World", "!\n"].map(str::as_bytes));

    let (stdout, recorder) = recorder::recorder()?;
    let status = Command::new(env::current_exe()?)
        .arg("greet")
        .stdout(stdout)
        .status()?;
    let writes = recorder.finish()?;
    assert!(status.success());
    assert_eq!(writes, [b"Hello World!\n"]);
    assert_eq!(writes[0].len(), 13);
    println!(
        "println!: {} write, {}",
        writes.len(),
        writes[0].escape_ascii()
    );
    Ok(())
}
