//! Copies and replacements, beside `cp`, std and Go.
//!
//! All peers copy what is in the page cache already, and the copy stays there: what is measured is who
//! moves how many bytes how often, not the disk. Only replacing waits for the disk.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ::fs::copy::Copier;
use ::fs::replace::replace;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "copy 1 GiB",
        unit: "ms",
        peers: &[
            ours(|quick| dense(quick, by_us)),
            Peer {
                name: "cp",
                needs: Some("cp"),
                measure: |quick| dense(quick, by_cp),
            },
            Peer {
                name: "std::fs::copy",
                needs: None,
                measure: |quick| dense(quick, by_std),
            },
            Peer {
                name: "Go io.Copy",
                needs: Some("go"),
                measure: |quick| dense(quick, by_go),
            },
        ],
    },
    Workload {
        name: "copy 1 GiB, 1 % data, the rest holes",
        unit: "ms",
        peers: &[
            ours(|quick| sparse(quick, by_us)),
            Peer {
                name: "cp --sparse=auto",
                needs: Some("cp"),
                measure: |quick| sparse(quick, by_cp),
            },
            Peer {
                name: "std::fs::copy",
                needs: None,
                measure: |quick| sparse(quick, by_std),
            },
        ],
    },
    Workload {
        name: "copy a tree of 5,000 small files",
        unit: "ms",
        peers: &[
            ours(|quick| tree(quick, tree_by_us)),
            Peer {
                name: "cp -a",
                needs: Some("cp"),
                measure: |quick| tree(quick, tree_by_cp),
            },
        ],
    },
    Workload {
        name: "replace 4 KiB, synced",
        unit: "ms",
        peers: &[
            ours(|quick| replacing(quick, |path, bytes| Ok(replace(path, bytes)?))),
            Peer {
                name: "by hand",
                needs: None,
                measure: |quick| replacing(quick, by_hand),
            },
            Peer {
                name: "Go by hand",
                needs: Some("go"),
                measure: replacing_in_go,
            },
        ],
    },
];

const fn ours(measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name: "fs",
        needs: None,
        measure,
    }
}

/// From one path to another.
type Copy = fn(&Path, &Path) -> Result<()>;

fn by_us(from: &Path, to: &Path) -> Result<()> {
    Copier::new().file(from, to)?;
    Ok(())
}

fn by_std(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)?;
    Ok(())
}

/// `--sparse=auto` is what cp does anyway.
fn by_cp(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("cp").args([from, to]))
}

fn by_go(from: &Path, to: &Path) -> Result<()> {
    run(Command::new(go_path()).arg("copy").args([from, to]))
}

fn tree_by_us(from: &Path, to: &Path) -> Result<()> {
    Copier::new()
        .keep_owner(true)
        .keep_times(true)
        .tree(from, to)?;
    Ok(())
}

fn tree_by_cp(from: &Path, to: &Path) -> Result<()> {
    run(Command::new("cp").arg("-a").args([from, to]))
}

fn dense(quick: bool, copy: Copy) -> Result<f64> {
    build_go(copy)?;
    let folder = folder()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let mut file = File::create(&from)?;
    let piece: Vec<u8> = (0..1_u32 << 20).map(|at| (at % 251) as u8).collect();
    for _ in 0..mebibytes(quick) {
        file.write_all(&piece)?;
    }
    file.sync_all()?;
    let time = timed(|| copy(&from, &to))?;
    compare(&from, &to)?;
    Ok(time)
}

fn sparse(quick: bool, copy: Copy) -> Result<f64> {
    let folder = folder()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let file = File::create(&from)?;
    let length = mebibytes(quick) << 20;
    file.set_len(length)?;
    // One part in a hundred, in pieces of 64 KiB.
    for start in (0..length).step_by(6_400 << 10) {
        file.write_all_at(&[7; 64 << 10], start)?;
    }
    file.sync_all()?;
    let time = timed(|| copy(&from, &to))?;
    compare(&from, &to)?;
    Ok(time)
}

fn tree(quick: bool, copy: Copy) -> Result<f64> {
    let folder = folder()?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let directories = if quick { 10 } else { 100 };
    for directory in 0..directories {
        let directory = from.join(directory.to_string());
        fs::create_dir_all(&directory)?;
        for file in 0..50_usize {
            fs::write(directory.join(file.to_string()), vec![7; file * 100])?;
        }
    }
    let time = timed(|| copy(&from, &to))?;
    for directory in 0..directories {
        for file in 0..50 {
            let path = format!("{directory}/{file}");
            compare(&from.join(&path), &to.join(&path))?;
        }
    }
    Ok(time)
}

fn replacing(quick: bool, replace: fn(&Path, &[u8]) -> Result<()>) -> Result<f64> {
    let folder = folder()?;
    let path = folder.path().join("file");
    let mut least = Duration::MAX;
    for round in 0..rounds(quick) {
        let bytes = [round; 4096];
        let start = Instant::now();
        replace(&path, &bytes)?;
        least = least.min(start.elapsed());
        if fs::read(&path)? != bytes {
            return Err("not replaced".into());
        }
    }
    Ok(milliseconds(least))
}

/// The same steps without a check: neither the old mode nor a link nor a failure is looked at.
fn by_hand(path: &Path, bytes: &[u8]) -> Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = File::create_new(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    File::open(path.parent().ok_or("no folder")?)?.sync_all()?;
    Ok(())
}

fn replacing_in_go(quick: bool) -> Result<f64> {
    build_go(by_go)?;
    let folder = folder()?;
    let path = folder.path().join("file");
    let output = Command::new(go_path())
        .arg("replace")
        .arg(&path)
        .arg(rounds(quick).to_string())
        .output()?;
    if !output.status.success() || fs::metadata(&path)?.len() != 4096 {
        return Err(format!("go: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn mebibytes(quick: bool) -> u64 {
    if quick { 64 } else { 1024 }
}

/// How often to replace; the best time counts, as the disk has other work at times.
fn rounds(quick: bool) -> u8 {
    if quick { 5 } else { 50 }
}

/// On the build's disk, removed by drop.
fn folder() -> Result<tempfile::TempDir> {
    Ok(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?)
}

fn go_path() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-fs-copy")
}

/// Builds the Go peer, if that is to run; what there is is up to date, as Go keeps account.
fn build_go(copy: Copy) -> Result<()> {
    if std::ptr::fn_addr_eq(copy, by_go as Copy) {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/go/copy.go");
        run(Command::new("go")
            .args(["build", "-o"])
            .args([&go_path(), &source]))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}").into())
    }
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    work()?;
    Ok(milliseconds(start.elapsed()))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Byte for byte; a copy that fills holes with zeros has the same.
fn compare(from: &Path, to: &Path) -> Result<()> {
    let (mut from, mut to) = (File::open(from)?, File::open(to)?);
    let length = from.metadata()?.size();
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    for start in (0..length).step_by(1 << 20) {
        let piece = (length - start).min(1 << 20) as usize;
        from.read_exact(&mut left[..piece])?;
        to.read_exact(&mut right[..piece])?;
        if left[..piece] != right[..piece] {
            return Err("the copy differs".into());
        }
    }
    if to.metadata()?.size() == length {
        Ok(())
    } else {
        Err("the copy has another length".into())
    }
}
