//! One function writes the same bytes to memory, a file, a socket and standard output.
//!
//! `Write` is Go's io.Writer: one method, `write`, is required and the others are built on it. Go
//! accepts any type that has the method; Rust wants `impl Write for T` to say that the method means
//! this. `&mut impl Write` is compiled once for each type; `&mut dyn Write` is one function with a
//! table of methods, as Go's interfaces are.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/report", O_WRONLY|*) = $file
//! write($file, "1968", 4) = 4
//! write($file, "\336\255\0\n", 4) = 4
//! socket(AF_INET, *) = $socket
//! sendto($socket, "1968", 4, *) = 4
//! sendto($socket, "\336\255\0\n", 4, *) = 4
//! write(1, "  1968 bytes\n", 13) = 13
//! write(1, "\336\255\0\n", 4) = 4
//! ```

use std::env;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::marker::PhantomData;
use std::net::{TcpListener, TcpStream};
use std::process::Command;

fn report(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:>6} bytes", 1968)?;
    out.write_all(&[0xde, 0xad, 0x00, b'\n'])
}

fn main() -> io::Result<()> {
    if env::args().nth(1).as_deref() == Some("stdout") {
        return report(&mut io::stdout());
    }
    let mut memory = Vec::new();
    report(&mut memory)?;

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report");
    report(&mut File::create(&path)?)?;
    let file = fs::read(&path)?;

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    report(&mut sender)?;
    drop(sender);
    let mut socket = Vec::new();
    listener.accept()?.0.read_to_end(&mut socket)?;

    let stdout = Command::new(env::current_exe()?)
        .arg("stdout")
        .output()?
        .stdout;

    for (name, bytes) in [
        ("Vec", &memory),
        ("File", &file),
        ("TcpStream", &socket),
        ("Stdout", &stdout),
    ] {
        println!("{name:>9}: {}", bytes.escape_ascii());
        assert_eq!(bytes, b"  1968 bytes\n\xde\xad\x00\n", "{name}");
    }
    Ok(())
}

/// `Bound::<T>::IS_WRITE` is the inherent constant where `T: Write`, and else the trait's.
struct Bound<T>(PhantomData<T>);

impl<T: Write> Bound<T> {
    const IS_WRITE: bool = true;
}

trait Otherwise {
    const IS_WRITE: bool = false;
}

impl<T> Otherwise for Bound<T> {}

/// Text without `io::Write`: `report(&mut Letter)` does not compile.
struct Letter;

// Checked by the compiler, whether this program runs or not.
const _: () = assert!(Bound::<Vec<u8>>::IS_WRITE && Bound::<File>::IS_WRITE);
const _: () = assert!(Bound::<TcpStream>::IS_WRITE && Bound::<io::Stdout>::IS_WRITE);
const _: () = assert!(!Bound::<Letter>::IS_WRITE && !Bound::<String>::IS_WRITE);
