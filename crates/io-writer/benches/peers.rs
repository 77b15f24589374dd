//! The chapter's parts beside their peers; `cargo xtask bench io-writer` drives it.
//!
//! `peers list` names the workloads, `peers run WORKLOAD PEER` measures one peer once and prints the
//! value. The first peer of each workload is ours.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use io_writer::buffered::Buffered;
use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const LINES: usize = 100_000;
const LINE: &[u8] = b"0123456789\n";

fn main() -> Result<()> {
    // Cargo itself adds `--bench` when it runs a benchmark.
    let arguments: Vec<String> = env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let quick = arguments.iter().any(|word| word == "--quick");
    let words: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--quick")
        .collect();
    let bench = Bench::new(if quick { 16 << 20 } else { 1 << 30 })?;
    match words[..] {
        ["run", workload, peer] => println!("{}", bench.run(workload, peer)?),
        _ => list(),
    }
    Ok(())
}

fn list() {
    let gzips = &[
        ("io-writer tee x.gz", None),
        ("gzip -6", Some("gzip")),
        ("pigz -6", Some("pigz")),
    ];
    let lines = &[
        ("io_writer::Buffered", None),
        ("std BufWriter", None),
        ("Go bufio.Writer", Some("go")),
        ("std File, unbuffered", None),
        ("Go File, unbuffered", Some("go")),
    ];
    workload(
        "tee to one file",
        "s",
        &[("io-writer tee", None), ("coreutils tee", Some("tee"))],
    );
    workload("compress while copying", "s", gzips);
    workload("size of the .gz", "bytes", gzips);
    workload("100 000 short lines", "ms", lines);
}

/// `peers` are names, each with the program that it cannot do without.
fn workload(name: &str, unit: &str, peers: &[(&str, Option<&str>)]) {
    println!(
        "{}",
        json!({ "workload": name, "unit": unit, "peers": peers })
    );
}

struct Bench {
    /// Below cargo's target folder, so that `cargo clean` takes it away.
    folder: PathBuf,
    /// Source text: what people compress, and what they log looks much the same.
    input: PathBuf,
}

impl Bench {
    fn new(size: u64) -> Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("io-writer");
        fs::create_dir_all(&folder)?;
        let input = folder.join(format!("text-{size}"));
        if fs::metadata(&input).is_ok_and(|metadata| metadata.len() == size) {
            return Ok(Self { folder, input });
        }
        write_text(&input, size)?;
        Ok(Self { folder, input })
    }

    fn run(&self, workload: &str, peer: &str) -> Result<f64> {
        match workload {
            "tee to one file" => self.tee(peer),
            "compress while copying" => self.compress(peer),
            "size of the .gz" => self.size(peer),
            "100 000 short lines" => self.lines(peer),
            _ => Err(format!("no workload is called {workload}").into()),
        }
    }

    fn tee(&self, peer: &str) -> Result<f64> {
        let out = self.folder.join("copy");
        let mut command = match peer {
            "io-writer tee" => ours(&out),
            _ => {
                let mut tee = Command::new("tee");
                tee.arg(&out);
                tee
            }
        };
        let _ = fs::remove_file(&out);
        let seconds = self.time(command.stdout(Stdio::null()))?;
        equal_length(&out, &self.input)?;
        fs::remove_file(&out)?;
        Ok(seconds)
    }

    fn compress(&self, peer: &str) -> Result<f64> {
        let out = self.compressed(peer);
        let _ = fs::remove_file(&out);
        if peer.starts_with("io-writer") {
            return self.time(ours(&out).stdout(Stdio::null()));
        }
        let mut words = peer.split(' ');
        let mut command = Command::new(words.next().unwrap_or_default());
        self.time(
            command
                .args(words)
                .arg("--stdout")
                .stdout(File::create(&out)?),
        )
    }

    /// What the measured run has left, so that nothing is compressed twice.
    fn size(&self, peer: &str) -> Result<f64> {
        let out = self.compressed(peer);
        if !out.exists() {
            self.compress(peer)?;
        }
        Ok(fs::metadata(&out)?.len() as f64)
    }

    fn compressed(&self, peer: &str) -> PathBuf {
        let size = fs::metadata(&self.input)
            .map(|metadata| metadata.len())
            .unwrap_or_default();
        self.folder
            .join(format!("{}-{size}.gz", peer.replace([' ', '.'], "-")))
    }

    /// Seconds of a child that reads the input.
    fn time(&self, command: &mut Command) -> Result<f64> {
        let start = Instant::now();
        let status = command.stdin(File::open(&self.input)?).status()?;
        let seconds = start.elapsed().as_secs_f64();
        if !status.success() {
            return Err(format!("{command:?} {status}").into());
        }
        Ok(seconds)
    }

    /// Milliseconds for all lines into a file.
    fn lines(&self, peer: &str) -> Result<f64> {
        let out = self.folder.join("lines");
        if let Some(go) = peer.strip_prefix("Go ") {
            let program = self.go_program("lines")?;
            let mode = if go.starts_with("bufio") {
                "buffered"
            } else {
                "raw"
            };
            let output = Command::new(program).arg(&out).arg(mode).output()?;
            return Ok(String::from_utf8(output.stdout)?.trim().parse()?);
        }
        let file = File::create(&out)?;
        let start = Instant::now();
        match peer {
            "io_writer::Buffered" => write_lines(Buffered::new(file))?,
            "std BufWriter" => write_lines(BufWriter::new(file))?,
            _ => write_lines(file)?,
        }
        let milliseconds = start.elapsed().as_secs_f64() * 1e3;
        assert_eq!(fs::metadata(&out)?.len(), (LINES * LINE.len()) as u64);
        Ok(milliseconds)
    }

    fn go_program(&self, name: &str) -> Result<PathBuf> {
        let program = self.folder.join(format!("go-{name}"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/go/{name}.go"));
        let status = Command::new("go")
            .arg("build")
            .arg("-o")
            .arg(&program)
            .arg(source)
            .status()?;
        if status.success() {
            Ok(program)
        } else {
            Err(format!("go build {name} {status}").into())
        }
    }
}

fn ours(sink: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_io-writer"));
    command.arg("tee").arg(sink);
    command
}

fn write_lines(mut out: impl Write) -> io::Result<()> {
    for _ in 0..LINES {
        out.write_all(LINE)?;
    }
    out.flush()
}

fn equal_length(one: &Path, other: &Path) -> Result<()> {
    let (one, other) = (fs::metadata(one)?.len(), fs::metadata(other)?.len());
    if one == other {
        Ok(())
    } else {
        Err(format!("{one} bytes arrived of {other}").into())
    }
}

/// The sources of the crates that cargo has downloaded, again and again until the size is reached.
/// (What repeats is megabytes apart, far beyond the 32 KiB that deflate looks back.)
fn write_text(path: &Path, size: u64) -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .ok_or("no home folder")?;
    let mut text = Vec::new();
    collect_sources(&home.join("registry/src"), &mut text)?;
    if text.is_empty() {
        return Err("cargo has downloaded no sources to make a text of".into());
    }
    let mut out = File::create(path)?;
    let mut left = size;
    while left > 0 {
        let piece = text.len().min(usize::try_from(left)?);
        out.write_all(&text[..piece])?;
        left -= piece as u64;
    }
    Ok(())
}

fn collect_sources(folder: &Path, text: &mut Vec<u8>) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect_sources(&path, text)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.extend(fs::read(&path)?);
        }
    }
    Ok(())
}
