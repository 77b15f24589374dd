//! The chapter's parts beside their peers; `cargo xtask bench io-reader` drives it.
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

use io_reader::copy::copy_with;
use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

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
    let bench = if quick {
        Bench::new(16 << 20, 50)?
    } else {
        Bench::new(1 << 30, 1000)?
    };
    match words[..] {
        ["run", workload, peer] => println!("{}", bench.run(workload, peer)?),
        _ => list(),
    }
    Ok(())
}

fn list() {
    let zips = &[("io-reader zip", None), ("zip -r", Some("zip"))];
    let copies = &[
        ("std::io::copy", None),
        ("copy_with, 8 KiB", None),
        ("cp", Some("cp")),
        ("Go io.Copy", Some("go")),
    ];
    let checks = &[
        ("io-reader png verify", None),
        ("pngcheck -q", Some("pngcheck")),
    ];
    workload("copy file to file", "s", copies);
    workload("verify many PNG files", "s", checks);
    workload("zip a folder of text", "s", zips);
    workload("size of the zip", "bytes", zips);
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
    /// Bytes to copy, and a sixteenth of it is the text to zip.
    size: u64,
    pictures: usize,
}

impl Bench {
    fn new(size: u64, pictures: usize) -> Result<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("io-reader");
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            size,
            pictures,
        })
    }

    fn run(&self, workload: &str, peer: &str) -> Result<f64> {
        match workload {
            "copy file to file" => self.copy(peer),
            "verify many PNG files" => self.verify(peer),
            "zip a folder of text" => self.zip(peer),
            "size of the zip" => self.zip_size(peer),
            _ => Err(format!("no workload is called {workload}").into()),
        }
    }

    fn copy(&self, peer: &str) -> Result<f64> {
        let (input, out) = (self.data()?, self.folder.join("copy"));
        let _ = fs::remove_file(&out);
        let seconds = match peer {
            "cp" => time(Command::new("cp").arg(&input).arg(&out))?,
            "Go io.Copy" => time(Command::new(self.go_program("copy")?).arg(&input).arg(&out))?,
            peer => {
                let start = Instant::now();
                let (mut from, mut to) = (File::open(&input)?, File::create(&out)?);
                if peer == "std::io::copy" {
                    io::copy(&mut from, &mut to)?;
                } else {
                    copy_with(&mut from, &mut to, &mut [0; 8192])?;
                }
                start.elapsed().as_secs_f64()
            }
        };
        assert_eq!(
            fs::metadata(&out)?.len(),
            self.size,
            "{peer} copied less than all"
        );
        fs::remove_file(&out)?;
        Ok(seconds)
    }

    fn verify(&self, peer: &str) -> Result<f64> {
        let mut command = if peer.starts_with("pngcheck") {
            let mut pngcheck = Command::new("pngcheck");
            pngcheck.arg("-q");
            pngcheck
        } else {
            let mut ours = Command::new(env!("CARGO_BIN_EXE_io-reader"));
            ours.args(["png", "verify"]);
            ours
        };
        time(command.args(self.png_files()?))
    }

    fn zip(&self, peer: &str) -> Result<f64> {
        let out = self.zip_name(peer);
        let _ = fs::remove_file(&out);
        let (registry, folders) = sources(self.size / 16)?;
        let mut command = if peer.starts_with("io-reader") {
            let mut ours = Command::new(env!("CARGO_BIN_EXE_io-reader"));
            ours.arg("zip");
            ours
        } else {
            let mut zip = Command::new("zip");
            zip.args(["-r", "-q"]);
            zip
        };
        time(command.arg(&out).args(folders).current_dir(registry))
    }

    fn zip_size(&self, peer: &str) -> Result<f64> {
        let out = self.zip_name(peer);
        if !out.exists() {
            self.zip(peer)?;
        }
        Ok(fs::metadata(&out)?.len() as f64)
    }

    fn zip_name(&self, peer: &str) -> PathBuf {
        self.folder
            .join(format!("{}-{}.zip", peer.replace(' ', "-"), self.size))
    }

    /// Bytes that differ from page to page, so that no layer below can share or skip them.
    fn data(&self) -> Result<PathBuf> {
        let path = self.folder.join(format!("data-{}", self.size));
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() == self.size) {
            return Ok(path);
        }
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        let mut random = XorShift(0x9E37_79B9_7F4A_7C15);
        for _ in 0..self.size / 8 {
            out.write_all(&random.next().to_le_bytes())?;
        }
        out.flush()?;
        Ok(path)
    }

    /// Pictures of 256 × 256 pixels, half gradient, half noise: some 100 kB each.
    fn png_files(&self) -> Result<Vec<PathBuf>> {
        let folder = self.folder.join("png");
        fs::create_dir_all(&folder)?;
        let mut random = XorShift(0x2545_F491_4F6C_DD1D);
        let mut paths = Vec::new();
        for number in 0..self.pictures {
            let path = folder.join(format!("{number}.png"));
            if !path.exists() {
                write_png(&path, &mut random)?;
            }
            paths.push(path);
        }
        Ok(paths)
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

/// Seconds of a child that has to succeed.
fn time(command: &mut Command) -> Result<f64> {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status()?;
    let seconds = start.elapsed().as_secs_f64();
    if status.success() {
        Ok(seconds)
    } else {
        Err(format!("{command:?} {status}").into())
    }
}

/// Folders of the crates that cargo has downloaded, of about `size` bytes together, relative to the
/// folder that is named first.
fn sources(size: u64) -> Result<(PathBuf, Vec<PathBuf>)> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home
        .or_else(|| Some(env::home_dir()?.join(".cargo")))
        .ok_or("no home folder")?;
    let registries = home.join("registry/src");
    let mut folders = Vec::new();
    let mut total = 0;
    for registry in fs::read_dir(&registries)? {
        let mut crates = fs::read_dir(registry?.path())?.collect::<io::Result<Vec<_>>>()?;
        crates.sort_by_key(fs::DirEntry::path);
        for entry in crates {
            if total < size {
                total += length(&entry.path())?;
                folders.push(entry.path().strip_prefix(&registries)?.to_path_buf());
            }
        }
    }
    Ok((registries, folders))
}

fn length(folder: &Path) -> io::Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        total += if metadata.is_dir() {
            length(&entry.path())?
        } else {
            metadata.len()
        };
    }
    Ok(total)
}

fn write_png(path: &Path, random: &mut XorShift) -> Result<()> {
    const SIDE: u32 = 256;
    let mut pixels = Vec::new();
    for y in 0..SIDE {
        for x in 0..SIDE {
            let noise = if y % 2 == 0 { 0 } else { random.next() as u32 };
            pixels.extend([x, y, x ^ y].map(|channel| (channel ^ (noise & 0x3F)) as u8));
        }
    }
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), SIDE, SIDE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    Ok(encoder.write_header()?.write_image_data(&pixels)?)
}

/// Marsaglia's xorshift: reproducible noise, from a seed that is not 0.
struct XorShift(u64);

impl XorShift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
