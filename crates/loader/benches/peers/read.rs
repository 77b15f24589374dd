//! A big library read: its tables of contents, and all its symbols.
//!
//! The file is the compiler's own, of some 150 MB with 185,000 symbols. Each run is a process, as when a
//! tool is used, so that opening the file and throwing it away count. Libraries are used by this program
//! itself, started again with the name of the peer; they visit every symbol and its name, and report
//! what they have seen. Programs print.

use std::env;
use std::fs;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use loader::bytes::Mapped;
use loader::elf::{Elf, Symbols};
use object::{Object, ObjectSection, ObjectSymbol};

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "headers of 150 MB",
        unit: "ms",
        peers: &[
            library("loader", |quick| child("headers", "ours", quick)),
            library("object", |quick| child("headers", "object", quick)),
            library("goblin", |quick| child("headers", "goblin", quick)),
            program("readelf", |quick| printed("readelf", &["-hlSW"], quick)),
        ],
    },
    Workload {
        name: "185,000 symbols visited",
        unit: "ms",
        peers: &[
            library("loader", |quick| child("symbols", "ours", quick)),
            library("object", |quick| child("symbols", "object", quick)),
            library("goblin", |quick| child("symbols", "goblin", quick)),
        ],
    },
    Workload {
        name: "185,000 symbols printed",
        unit: "ms",
        peers: &[
            library("loader", |quick| {
                printed(env!("CARGO_BIN_EXE_loader"), &["symbols"], quick)
            }),
            program("readelf", |quick| printed("readelf", &["-sW"], quick)),
            program("nm", |quick| printed("nm", &["-a", "-p"], quick)),
        ],
    },
];

const fn library(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

const fn program(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: Some(name),
        measure,
    }
}

/// What a library has seen: the sum of it, so that nothing is left out.
type Seen = (u64, u64);

/// The work of a child: prints what was seen.
pub(crate) fn visit(what: &str, peer: &str, path: &str) -> Result<()> {
    let file = Mapped::open(Path::new(path))?;
    let seen = match (what, peer) {
        ("headers", "ours") => our_headers(&file)?,
        ("headers", "object") => headers_by_object(&file)?,
        ("headers", _) => headers_by_goblin(&file)?,
        (_, "ours") => our_symbols(&file)?,
        (_, "object") => symbols_by_object(&file)?,
        _ => symbols_by_goblin(&file)?,
    };
    println!("{} {}", seen.0, seen.1);
    Ok(())
}

/// How many sections, and how long their names are.
fn our_headers(file: &[u8]) -> Result<Seen> {
    let elf = Elf::parse(file)?;
    let mut seen = (0, 0);
    for section in elf.sections().iter().skip(1) {
        seen.0 += 1;
        seen.1 += elf.section_name(&section)?.len() as u64;
    }
    elf.segments()
        .iter()
        .for_each(|segment| _ = black_box(segment));
    Ok(seen)
}

fn headers_by_object(file: &[u8]) -> Result<Seen> {
    let elf = object::File::parse(file)?;
    let mut seen = (0, 0);
    for section in elf.sections() {
        seen.0 += 1;
        seen.1 += section.name_bytes()?.len() as u64;
    }
    elf.segments().for_each(|segment| _ = black_box(segment));
    Ok(seen)
}

fn headers_by_goblin(file: &[u8]) -> Result<Seen> {
    let elf = goblin::elf::Elf::parse(file)?;
    let mut seen = (0, 0);
    for section in elf.section_headers.iter().skip(1) {
        seen.0 += 1;
        seen.1 += elf.shdr_strtab.get_at(section.sh_name).map_or(0, str::len) as u64;
    }
    Ok(seen)
}

/// How many symbols are defined, and how long all names are.
fn our_symbols(file: &[u8]) -> Result<Seen> {
    let elf = Elf::parse(file)?;
    let mut seen = (0, 0);
    let both = [elf.symbols()?, elf.dynamic_symbols()?];
    for symbols in both.iter().flatten() {
        let table = our_table(symbols)?;
        seen = (seen.0 + table.0, seen.1 + table.1);
    }
    Ok(seen)
}

fn our_table(symbols: &Symbols<'_>) -> Result<Seen> {
    let mut seen = (0, 0);
    for symbol in symbols.iter() {
        seen.0 += u64::from(symbol.is_defined());
        seen.1 += symbols.name(&symbol)?.len() as u64;
    }
    Ok(seen)
}

fn symbols_by_object(file: &[u8]) -> Result<Seen> {
    let elf = object::File::parse(file)?;
    let mut seen = (0, 0);
    for symbol in elf.symbols().chain(elf.dynamic_symbols()) {
        seen.0 += u64::from(!symbol.is_undefined());
        seen.1 += symbol.name_bytes()?.len() as u64;
    }
    Ok(seen)
}

fn symbols_by_goblin(file: &[u8]) -> Result<Seen> {
    let elf = goblin::elf::Elf::parse(file)?;
    let mut seen = (0, 0);
    for (table, strings) in [(&elf.syms, &elf.strtab), (&elf.dynsyms, &elf.dynstrtab)] {
        for symbol in table.iter() {
            seen.0 += u64::from(symbol.st_shndx != 0);
            seen.1 += strings.get_at(symbol.st_name).map_or(0, str::len) as u64;
        }
    }
    Ok(seen)
}

/// The compiler's library, which everybody has who can build this.
fn big_file() -> Result<PathBuf> {
    let sysroot = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?;
    let folder = Path::new(String::from_utf8(sysroot.stdout)?.trim()).join("lib");
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("librustc_driver") && name.ends_with(".so") {
            return Ok(path);
        }
    }
    Err("the compiler has no library of its own here".into())
}

fn child(what: &str, peer: &str, quick: bool) -> Result<f64> {
    let file = big_file()?;
    let mapped = Mapped::open(&file)?;
    let expected = if what == "headers" {
        our_headers(&mapped)?
    } else {
        our_symbols(&mapped)?
    };
    let expected = format!("{} {}\n", expected.0, expected.1);
    median(quick, || {
        let mut command = Command::new(env::current_exe()?);
        command.args(["visit", what, peer]).arg(&file);
        let start = Instant::now();
        let output = command.output()?;
        let time = start.elapsed().as_secs_f64() * 1e3;
        let said = String::from_utf8(output.stdout)?;
        if said != expected {
            return Err(format!("{peer} has seen {said:?} and not {expected:?}").into());
        }
        Ok(time)
    })
}

/// The time until all output has been taken.
fn printed(program: &str, options: &[&str], quick: bool) -> Result<f64> {
    let file = big_file()?;
    median(quick, || {
        let mut command = Command::new(program);
        command
            .args(options)
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut child = command.spawn()?;
        let mut output = child.stdout.take().ok_or("no output")?;
        let size = io::copy(&mut output, &mut io::sink())?;
        let status = child.wait()?;
        let time = start.elapsed().as_secs_f64() * 1e3;
        let least = if options.contains(&"-hlSW") {
            1 << 12
        } else {
            1 << 23
        };
        if !status.success() || size < least {
            return Err(format!("{program}: {status} after {size} bytes").into());
        }
        Ok(time)
    })
}

fn median(quick: bool, mut run: impl FnMut() -> Result<f64>) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..if quick { 3 } else { 15 } {
        times.push(run()?);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
