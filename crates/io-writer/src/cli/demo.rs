//! What the tool shows when it is called without arguments.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use anyhow::Context;
use flate2::read::GzDecoder;
use io_writer::buffered::Buffered;
use io_writer::counting::Counting;
use io_writer::fan_out::FanOut;
use io_writer::sink::{Address, OpenOptions};

const LINES: u64 = 20_000;
const STREAM: u64 = 8 << 20;
const BREAKS_OFF_AFTER: u64 = 1 << 20;

/// # Errors
///
/// Failures of the temporary files and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary folder")?;
    calls(out, directory.path())?;
    one_stream_many_sinks(out, directory.path())?;
    writeln!(
        out,
        "Try next:\n  \
         seq 1000000 | cargo run -p io-writer -- tee numbers.txt numbers.gz | tail -1\n  \
         cargo run -p io-writer -- tee --help\n  \
         cargo xtask run io-writer buf-writer-lost"
    )?;
    Ok(())
}

/// The same lines with and without a buffer.
fn calls(out: &mut impl Write, directory: &Path) -> anyhow::Result<()> {
    let path = directory.join("lines");
    let mut raw = Counting::new(File::create(&path)?);
    let start = Instant::now();
    write_lines(&mut raw)?;
    let raw_time = start.elapsed();

    let mut buffered = Buffered::new(Counting::new(File::create(&path)?));
    let start = Instant::now();
    write_lines(&mut buffered)?;
    let counted = buffered.into_inner()?;
    let buffered_time = start.elapsed();

    writeln!(out, "{LINES} lines, {} bytes, into a file:", raw.bytes())?;
    writeln!(
        out,
        "  raw       {:>6} write(2)  {raw_time:>8.1?}",
        raw.calls()
    )?;
    writeln!(
        out,
        "  Buffered  {:>6} write(2)  {buffered_time:>8.1?}",
        counted.calls()
    )?;
    Ok(())
}

fn write_lines(out: &mut impl Write) -> io::Result<()> {
    (0..LINES).try_for_each(|n| writeln!(out, "line {n}"))
}

/// What `io-writer tee` does, with peers of which one breaks off.
fn one_stream_many_sinks(out: &mut impl Write, directory: &Path) -> anyhow::Result<()> {
    let (steady, steady_peer) = peer(u64::MAX)?;
    let (fickle, _fickle_peer) = peer(BREAKS_OFF_AFTER)?;
    let plain = directory.join("stream.txt");
    let packed = directory.join("stream.gz");
    let mut outputs = FanOut::new();
    for address in [
        Address::File(plain.clone()),
        Address::GzipFile(packed.clone()),
        tcp(steady),
        tcp(fickle),
    ] {
        outputs.sink(address.to_string(), address.open(&OpenOptions::default())?);
    }
    let report = outputs.run(Numbers::default().take(STREAM), |_| {});

    writeln!(out, "\nOne stream of {} bytes, four sinks:", report.bytes)?;
    writeln!(out, "  stream.txt  {} bytes", fs::metadata(&plain)?.len())?;
    let unpacked = io::copy(&mut GzDecoder::new(File::open(&packed)?), &mut io::sink())?;
    let packed = fs::metadata(&packed)?.len();
    writeln!(
        out,
        "  stream.gz   {packed} bytes, {unpacked} when unpacked"
    )?;
    let received = steady_peer.join().expect("the peer does not panic")?;
    writeln!(out, "  {}  {received} bytes arrived", tcp(steady))?;
    for failure in &report.failures {
        writeln!(out, "  {failure}")?;
    }
    writeln!(out, "The broken one took nothing from the others.\n")?;
    Ok(())
}

fn tcp(address: SocketAddr) -> Address {
    Address::Tcp {
        host: address.ip().to_string(),
        port: address.port(),
    }
}

/// Listens on loopback, reads at most `limit` bytes from one connection, and closes it.
fn peer(limit: u64) -> anyhow::Result<(SocketAddr, JoinHandle<io::Result<u64>>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen")?;
    let address = listener.local_addr()?;
    let thread = thread::spawn(move || {
        let (connection, _) = listener.accept()?;
        io::copy(&mut connection.take(limit), &mut io::sink())
    });
    Ok((address, thread))
}

/// An endless text: the numbers from 0, a line each.
#[derive(Default)]
struct Numbers {
    next: u64,
    /// What is left of the line before.
    rest: Vec<u8>,
}

impl Read for Numbers {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.len() < buffer.len() {
            writeln!(self.rest, "{}", self.next)?;
            self.next += 1;
        }
        buffer.copy_from_slice(&self.rest[..buffer.len()]);
        self.rest.drain(..buffer.len());
        Ok(buffer.len())
    }
}
