//! 100 000 lines are 100 000 calls raw and 135 buffered, and buffered is at least 10 times faster.
//!
//! A system call costs some hundreds of nanoseconds, however few bytes it carries: it crosses into
//! the kernel, finds the file, locks it, and comes back. Copying eleven bytes into a buffer costs a
//! few. A buffer of 8192 bytes holds 744 whole lines of eleven, so 100 000 lines need 135 calls.
//!
//! The calls are exact and asserted so. Time is not: other programs run too. The best of several
//! rounds is nearest to what the work itself costs, so rounds are run until it shows the ratio, and
//! the lesson fails if it never does.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::{Duration, Instant};

use io_writer::recorder::recorder;

const LINES: usize = 100_000;
const LINE: &[u8] = b"0123456789\n";
const MOST_ROUNDS: usize = 100;

fn write_lines(out: &mut impl Write, lines: usize) -> io::Result<()> {
    for _ in 0..lines {
        out.write_all(LINE)?;
    }
    out.flush()
}

/// Counts in batches that fit into the recorder's socket: where Linux lets a fast writer wait for
/// the recorder, macOS fails its write.
fn raw_calls() -> io::Result<usize> {
    const BATCH: usize = 1000;
    let mut calls = 0;
    for _ in 0..LINES / BATCH {
        let (mut file, recorder) = recorder()?;
        write_lines(&mut file, BATCH)?;
        calls += recorder.finish()?.len();
    }
    Ok(calls)
}

fn buffered_calls() -> io::Result<usize> {
    let (file, recorder) = recorder()?;
    write_lines(&mut BufWriter::new(file), LINES)?;
    Ok(recorder.finish()?.len())
}

/// How long all the lines take into a new file, closing it not included.
fn time<W: Write>(writer: fn(File) -> W) -> io::Result<Duration> {
    let file = tempfile::tempfile()?;
    let mut out = writer(file.try_clone()?);
    let start = Instant::now();
    write_lines(&mut out, LINES)?;
    let elapsed = start.elapsed();
    assert_eq!(file.metadata()?.len(), (LINES * LINE.len()) as u64);
    Ok(elapsed)
}

fn main() -> io::Result<()> {
    let (raw, buffered) = (raw_calls()?, buffered_calls()?);
    println!("write(2) calls: {raw} raw, {buffered} buffered");
    assert_eq!(raw, LINES);
    assert_eq!(buffered, LINES.div_ceil(8192 / LINE.len()));
    assert_eq!(buffered, 135);

    let (mut raw, mut buffered) = (Duration::MAX, Duration::MAX);
    let mut rounds = 0;
    while rounds == 0 || (raw < 10 * buffered && rounds < MOST_ROUNDS) {
        raw = raw.min(time(|file| file)?);
        buffered = buffered.min(time(BufWriter::new)?);
        rounds += 1;
    }
    let ratio = raw.as_secs_f64() / buffered.as_secs_f64();
    println!(
        "time: {raw:.2?} raw, {buffered:.2?} buffered: {ratio:.0} times faster (rounds: {rounds})"
    );
    assert!(ratio >= 10.0);
    Ok(())
}
