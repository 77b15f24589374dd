//! What the tool shows when it is called without arguments.

use std::fs::{self, File};
use std::io::{PipeReader, PipeWriter, Write, pipe};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use mmap::lock::{Family, Mode as LockMode};
use mmap::map::Shared;
use mmap::poller::{Events, Interest, Mode, Poller, Token, raise_open_files};
use mmap::search::{FileSource, LineEnd, Patterns, count_matching_lines};
use mmap::watch::{Mode as Watching, Request, Watcher};

const LINES: u32 = 500_000;
const PIPES: usize = 400;

/// # Errors
///
/// Failures of the temporary files and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    let directory = tempfile::tempdir().context("cannot make a temporary folder")?;
    let folder = directory.path();
    memory(out, &folder.join("file"))?;
    lines(out, &folder.join("numbers"))?;
    changes(out, folder)?;
    turns(out, &folder.join("file"))?;
    many_at_once(out)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p mmap -- watch crates -- cargo check\n  \
         cargo run --release -p mmap -- grep -c unsafe crates/*/src/*.rs\n  \
         cargo xtask tour mmap"
    )?;
    Ok(())
}

/// A store to memory is a write to the file.
fn memory(out: &mut impl Write, path: &Path) -> anyhow::Result<()> {
    fs::write(path, "0123456789ABCDEF")?;
    let file = File::options().read(true).write(true).open(path)?;
    let map = Shared::map(&file)?;
    map.write_at(9, b"X");
    writeln!(
        out,
        "A file, mapped, and one byte of the memory changed: {}",
        fs::read_to_string(path)?
    )?;
    Ok(())
}

/// Lines of a file are counted on all cores.
fn lines(out: &mut impl Write, path: &Path) -> anyhow::Result<()> {
    let text: String = (0..LINES)
        .map(|number| format!("line {number}\n"))
        .collect();
    fs::write(path, &text)?;
    let file = File::open(path)?;
    let source = FileSource::new(&file, 0)?.context("a regular file has a length")?;
    let start = Instant::now();
    let found = count_matching_lines(&source, &Patterns::new(b"99", LineEnd::Newline), false)?;
    writeln!(
        out,
        "mmap grep -c 99: {found} of {LINES} lines, {} bytes in {:.1?}.",
        text.len(),
        start.elapsed()
    )?;
    Ok(())
}

/// The kernel tells what happens in a folder.
fn changes(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    let (watcher, told) = Watcher::channel(Watching::Kernel, Duration::from_millis(20))?;
    watcher.watch(Request::new(folder))?;
    fs::rename(folder.join("numbers"), folder.join("lines"))?;
    fs::remove_file(folder.join("lines"))?;
    writeln!(
        out,
        "\nWatched a folder in which a file was renamed and removed:"
    )?;
    let deadline = Duration::from_secs(10);
    let events = told
        .recv_timeout(deadline)
        .context("no change was told")??;
    for event in events {
        let below = format!("{}/", folder.display());
        writeln!(out, "  {}", event.to_string().replace(&below, ""))?;
    }
    Ok(())
}

/// Two who want the same file.
fn turns(out: &mut impl Write, path: &Path) -> anyhow::Result<()> {
    let first = Family::Flock.try_lock(LockMode::Exclusive, File::open(path)?)?;
    let refused = Family::Flock.try_lock(LockMode::Exclusive, File::open(path)?);
    let why = refused.err().context("a lock was given twice")?;
    writeln!(out, "\nLocked a file, and asked for it again: {why}.")?;
    first.unlock()?;
    let second = Family::Flock.try_lock(LockMode::Exclusive, File::open(path)?)?;
    second.unlock()?;
    writeln!(out, "Unlocked it, and asked once more: it is ours.")?;
    Ok(())
}

/// One call waits for all pipes and names the one that has something.
fn many_at_once(out: &mut impl Write) -> anyhow::Result<()> {
    let limit = raise_open_files(2 * PIPES as u64 + 64)?;
    let pipes = usize::try_from(limit / 2).map_or(PIPES, |half| (half - 32).min(PIPES));
    let mut pipes: Vec<(PipeReader, PipeWriter)> =
        (0..pipes).map(|_| pipe()).collect::<Result<_, _>>()?;
    let poller = Poller::new()?;
    for (number, (reader, _)) in pipes.iter().enumerate() {
        poller.add(reader, Token(number), Interest::READABLE, Mode::Level)?;
    }
    let chosen = pipes.len() * 2 / 3;
    pipes[chosen].1.write_all(b"!")?;
    let mut events = Events::with_capacity(16);
    poller.wait(&mut events, None)?;
    let ready: Vec<usize> = events.iter().map(|event| event.token().0).collect();
    writeln!(
        out,
        "\nOne thread waits for {} pipes, and a byte is written into number {chosen}: ready {ready:?}.",
        pipes.len()
    )?;
    Ok(())
}
