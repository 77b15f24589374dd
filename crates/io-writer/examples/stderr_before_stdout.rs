//! Text for standard error can overtake text printed before it: only standard output is buffered.
//!
//! `print!("a")` leaves `a` in the process until its line ends; `eprint!("b")` is a `write(2)` at
//! once. Where both go to one terminal, file or pipe, the kernel keeps the order of the writes, not
//! of the prints. In Go neither os.Stdout nor os.Stderr is buffered, so there the order holds.
//!
//! ```syscalls
//! write(2, "b", 1) = 1
//! write(1, "a", 1) = 1
//! write(1, "a\n", 2) = 2
//! write(2, "b", 1) = 1
//! write(1, "a", 1) = 1
//! write(2, "b", 1) = 1
//! ```

use std::env;
use std::io::{self, Write};
use std::process::Command;

fn main() -> io::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("unfinished line") => print!("a"),
        Some("finished line") => println!("a"),
        Some("flushed") => {
            print!("a");
            io::stdout().flush()?;
        }
        _ => return compare(),
    }
    eprint!("b");
    Ok(())
}

fn compare() -> io::Result<()> {
    for (case, expected) in [
        ("unfinished line", "ba"),
        ("finished line", "a\nb"),
        ("flushed", "ab"),
    ] {
        let arrived = print_both(case)?;
        println!("{case:>15}: {arrived:?}");
        assert_eq!(arrived, expected);
    }
    Ok(())
}

/// What comes through one pipe that is the child's standard output and standard error.
fn print_both(case: &str) -> io::Result<String> {
    let (reader, writer) = io::pipe()?;
    let mut child = Command::new(env::current_exe()?);
    child.arg(case).stdout(writer.try_clone()?).stderr(writer);
    assert!(child.status()?.success());
    // The command keeps the write ends, and the pipe has no end while one of them is open.
    drop(child);
    io::read_to_string(reader)
}
