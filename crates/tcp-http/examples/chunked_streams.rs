//! A chunked body is used while it is made: the first part before the second exists.
//!
//! Pages appear while they load, a log is followed, a download of any size passes through a buffer of
//! one size. Two proofs: a server that makes its second chunk only when the client says that it has used
//! the first, and 100 MiB that go through this process without staying in its memory. In Go the body is
//! an `io.Reader`, and `io.ReadAll` of it gives the advantage away.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use tcp_http::http::{BodyDecoder, Buffer, Framing, LAST_CHUNK, Limits, write_chunk};

const PATIENCE: Duration = Duration::from_secs(10);
const MIB: usize = 1 << 20;
const TOTAL: usize = 100 * MIB;
const PART: usize = 64 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let (used, wait_until_used) = channel();
    let client = connect_to(move |connection| follow(connection, &wait_until_used))?;
    read_body(client, |part| {
        println!("{}", String::from_utf8_lossy(part));
        used.send(part.to_vec()).expect("the server waits for it");
    })?;

    let client = connect_to(send_much)?;
    let before = memory()?;
    let (mut total, mut sum) = (0, 0_u64);
    read_body(client, |part| {
        total += part.len();
        sum += u64::from(part[0]);
    })?;
    let grown = memory()?.saturating_sub(before);
    println!(
        "{} MiB passed; memory grew by {} KiB",
        total / MIB,
        grown >> 10
    );
    assert_eq!(total, TOTAL);
    assert!(sum > 0);
    assert!(grown < 8 * MIB);
    Ok(())
}

/// Two chunks, the second when the client has used the first.
fn follow(connection: &mut TcpStream, used: &Receiver<Vec<u8>>) -> io::Result<()> {
    for line in [
        "the first line",
        "the second, made after the first was used",
    ] {
        let mut chunk = Vec::new();
        write_chunk(&mut chunk, line.as_bytes());
        connection.write_all(&chunk)?;
        let echoed = used.recv_timeout(PATIENCE).expect("the client has it");
        assert_eq!(echoed, line.as_bytes());
    }
    connection.write_all(LAST_CHUNK)
}

fn send_much(connection: &mut TcpStream) -> io::Result<()> {
    let mut chunk = Vec::new();
    write_chunk(&mut chunk, &[b'x'; PART]);
    for _ in 0..TOTAL / PART {
        connection.write_all(&chunk)?;
    }
    connection.write_all(LAST_CHUNK)
}

/// Gives each run of content to `consume`, as soon as it is there. The head was read before.
fn read_body(
    mut connection: TcpStream,
    mut consume: impl FnMut(&[u8]),
) -> Result<(), Box<dyn Error>> {
    let mut decoder = BodyDecoder::new(Framing::Chunked, &Limits::default())?;
    let mut buffer = Buffer::new();
    while !decoder.is_done() {
        let piece = decoder.decode(buffer.unread())?;
        if !piece.data.is_empty() {
            consume(piece.data);
        }
        let taken = piece.taken;
        buffer.consume(taken);
        if taken == 0 && !decoder.is_done() {
            match connection.read(buffer.room(PART))? {
                0 => decoder.end_of_input()?,
                count => buffer.filled(count),
            }
        }
    }
    Ok(())
}

/// A connection to a thread that runs `serve` at its other end.
fn connect_to(
    serve: impl FnOnce(&mut TcpStream) -> io::Result<()> + Send + 'static,
) -> io::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    let (mut accepted, _) = listener.accept()?;
    thread::spawn(move || serve(&mut accepted).expect("the client reads to the end"));
    Ok(connection)
}

/// The most that was resident so far, in bytes. (On Linux getrusage(2) would begin with what the program
/// had that started this one.)
#[cfg(target_os = "linux")]
fn memory() -> io::Result<usize> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<usize>().ok());
    Ok(kibibytes.ok_or(io::ErrorKind::InvalidData)? << 10)
}

/// The most that was resident so far, in bytes.
#[cfg(not(target_os = "linux"))]
fn memory() -> io::Result<usize> {
    use nix::sys::resource::{UsageWho, getrusage};

    Ok(getrusage(UsageWho::RUSAGE_SELF)?.max_rss() as usize)
}
