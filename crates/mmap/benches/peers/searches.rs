//! Lines with a literal, and newlines, in text that is in the page cache.
//!
//! The floors say what any program pays that looks at each byte on two threads: a map, and the sum of
//! its words.
// The maps are of a file of our own, which nobody changes after it is made.
#![allow(unsafe_code)]

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};
use mmap::map::View;
use mmap::search::{
    FileSource, LineEnd, Patterns, count_lines, count_matching_lines, for_each_chunk,
};

use crate::Result;
use crate::workload::{Peer, Workload};

/// What is searched for: a few thousand of many million lines have it.
const LITERAL: &str = "page cache";

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "count lines with a literal, 1 GiB",
        unit: "ms",
        peers: &[
            peer("mmap grep -c", None, |quick| {
                program(quick, ours("grep", &["-c", LITERAL]), matching)
            }),
            peer("rg -c", Some("rg"), |quick| {
                program(quick, theirs("rg", &["-c", LITERAL]), matching)
            }),
            peer("rg -c --mmap", Some("rg"), |quick| {
                program(quick, theirs("rg", &["-c", "--mmap", LITERAL]), matching)
            }),
            peer("grep -F -c", Some("grep"), |quick| {
                program(quick, theirs("grep", &["-F", "-c", LITERAL]), matching)
            }),
            peer("mmap::search, pread", None, |quick| {
                measure(quick, matching, |file| {
                    let source = FileSource::new(file, 0)?.ok_or("the text is a file")?;
                    Ok(count_matching_lines(&source, &patterns(), false)?)
                })
            }),
            peer("mmap::search, map", None, |quick| {
                measure(quick, matching, |file| {
                    Ok(count_matching_lines(&*map(file)?, &patterns(), false)?)
                })
            }),
            peer("memchr, map, one thread", None, |quick| {
                measure(quick, matching, |file| Ok(matching_lines(&map(file)?)))
            }),
            peer("Go bytes.Index, map", Some("go"), go),
            peer("floor: sum of a map", None, floor),
        ],
    },
    Workload {
        name: "count newlines, 1 GiB",
        unit: "ms",
        peers: &[
            peer("mmap wc -l", None, |quick| {
                program(quick, ours("wc", &["-l"]), newlines)
            }),
            peer("wc -l", Some("wc"), |quick| {
                program(quick, theirs("wc", &["-l"]), newlines)
            }),
            peer("mmap::search, pread", None, |quick| {
                measure(quick, newlines, |file| {
                    let source = FileSource::new(file, 0)?.ok_or("the text is a file")?;
                    Ok(count_lines(&source)?)
                })
            }),
            peer("mmap::search, map", None, |quick| {
                measure(quick, newlines, |file| Ok(count_lines(&*map(file)?)?))
            }),
            peer("memchr, map, one thread", None, |quick| {
                measure(quick, newlines, |file| {
                    Ok(memchr_iter(b'\n', &map(file)?).count() as u64)
                })
            }),
            peer("floor: sum of a map", None, floor),
        ],
    },
];

const fn peer(
    name: &'static str,
    needs: Option<&'static str>,
    measure: fn(bool) -> Result<f64>,
) -> Peer {
    Peer {
        name,
        needs,
        measure,
    }
}

/// What is known of the text, found out once and slowly.
struct Facts {
    matching: u64,
    newlines: u64,
    sum: u64,
}

fn matching(facts: &Facts) -> u64 {
    facts.matching
}

fn newlines(facts: &Facts) -> u64 {
    facts.newlines
}

/// Milliseconds that `count` takes from a fresh descriptor on.
fn measure(
    quick: bool,
    expected: fn(&Facts) -> u64,
    count: impl Fn(&File) -> Result<u64>,
) -> Result<f64> {
    let (path, facts) = text(quick)?;
    let start = Instant::now();
    let found = count(&File::open(path)?)?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    check(found, expected(&facts))?;
    Ok(milliseconds)
}

/// Milliseconds of a whole process, whose output begins with the count.
fn program(quick: bool, mut command: Command, expected: fn(&Facts) -> u64) -> Result<f64> {
    let (path, facts) = text(quick)?;
    let start = Instant::now();
    let output = command.arg(path).env("LC_ALL", "C").output()?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let output = String::from_utf8(output.stdout)?;
    let count = output.split_whitespace().next().ok_or("no output")?;
    check(count.parse()?, expected(&facts))?;
    Ok(milliseconds)
}

fn check(found: u64, expected: u64) -> Result<()> {
    match found == expected {
        true => Ok(()),
        false => Err(format!("counted {found}, and there are {expected}").into()),
    }
}

fn ours(command: &str, arguments: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mmap"));
    program.arg(command).args(arguments);
    program
}

fn theirs(program: &str, arguments: &[&str]) -> Command {
    let mut program = Command::new(program);
    program.args(arguments);
    program
}

fn patterns() -> Patterns {
    Patterns::new(LITERAL.as_bytes(), LineEnd::NewlineOrNul)
}

fn map(file: &File) -> Result<View> {
    // SAFETY: nobody changes the text once it has its name.
    Ok(unsafe { View::map(file) }?)
}

fn matching_lines(text: &[u8]) -> u64 {
    let finder = Finder::new(LITERAL);
    let (mut from, mut count) = (0, 0);
    while let Some(at) = finder.find(&text[from..]) {
        count += 1;
        match memchr(b'\n', &text[from + at..]) {
            Some(end) => from += at + end + 1,
            None => break,
        }
    }
    count
}

/// All bytes looked at, on all cores, and nothing done with them.
fn floor(quick: bool) -> Result<f64> {
    measure(
        quick,
        |facts| facts.sum,
        |file| {
            let sums = for_each_chunk(&*map(file)?, 0, 0, |chunk| sum(&chunk.bytes[chunk.own]))?;
            Ok(sums.into_iter().fold(0, u64::wrapping_add))
        },
    )
}

fn sum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let words = words.iter().map(|&word| u64::from_ne_bytes(word));
    let rest = rest.iter().map(|&byte| u64::from(byte));
    words.chain(rest).fold(0, u64::wrapping_add)
}

/// The program says itself how long it took: to start one is not Go's search.
fn go(quick: bool) -> Result<f64> {
    let (path, facts) = text(quick)?;
    let program = folder()?.join("go-search");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/search.go");
    let mut build = Command::new("go");
    let status = build
        .args(["build", "-o"])
        .arg(&program)
        .arg(source)
        .status()?;
    if !status.success() {
        return Err(format!("go build: {status}").into());
    }
    let output = Command::new(program).arg(path).arg(LITERAL).output()?;
    let output = String::from_utf8(output.stdout)?;
    let (count, milliseconds) = output.trim().split_once(' ').ok_or("no output")?;
    check(count.parse()?, facts.matching)?;
    Ok(milliseconds.parse()?)
}

/// Below cargo's target folder, so that `cargo clean` takes it away.
fn folder() -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mmap");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The text, which is in the page cache, and what is known of it.
fn text(quick: bool) -> Result<(PathBuf, Facts)> {
    let size: usize = if quick { 64 << 20 } else { 1 << 30 };
    let path = folder()?.join(format!("text-{size}"));
    let known = path.with_extension("facts");
    if !known.exists() {
        write_text(&path, size)?;
        let text = fs::read(&path)?;
        let facts = [matching_lines(&text), newlines_of(&text), sum(&text)];
        fs::write(&known, format!("{facts:?}"))?;
    }
    let mut file = File::open(&path)?;
    let mut buffer = vec![0; 1 << 20];
    while file.read(&mut buffer)? > 0 {}
    let facts: [u64; 3] = serde_json::from_str(&fs::read_to_string(known)?)?;
    let [matching, newlines, sum] = facts;
    Ok((
        path,
        Facts {
            matching,
            newlines,
            sum,
        },
    ))
}

fn newlines_of(text: &[u8]) -> u64 {
    text.iter().filter(|&&byte| byte == b'\n').count() as u64
}

/// The workspace's own sources again and again, as a compiler's listing: each line with its number.
fn write_text(path: &Path, size: usize) -> Result<()> {
    let mut sources = String::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
        &mut sources,
    )?;
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut left = size;
    for (number, line) in (1..).zip(sources.lines().cycle()) {
        let line = format!("{number}: {line}\n");
        let piece = &line.as_bytes()[..line.len().min(left)];
        out.write_all(piece)?;
        left -= piece.len();
        if left == 0 {
            break;
        }
    }
    Ok(out.flush()?)
}

fn collect(folder: &Path, sources: &mut String) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, sources)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path)?);
        }
    }
    Ok(())
}
