//! What makes a program big: debug information, symbols, unoptimised code, the standard library.
//!
//! One program of three lines, built five times. Debug information goes into the file and never into
//! memory; nor do symbols, which `strip` removes. Optimisation takes away code that is never reached.
//! What is left is the standard library's: printing, panicking, unwinding. Without it, a library
//! function of ours is a few bytes.
//!
//! Needs: rustc

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

const PROGRAM: &str = "fn main() { println!(\"{}\", std::env::args().count()); }";
const WITHOUT_STD: &str = "#![no_std]\n#[unsafe(no_mangle)]\npub extern \"C\" fn add(a: u32, b: u32) -> u32 { a.wrapping_add(b) }";

/// How to build, from the biggest to the smallest.
const WAYS: [(&str, &str, &[&str]); 5] = [
    ("debug", PROGRAM, &["-g"]),
    ("release", PROGRAM, &["-O"]),
    ("stripped", PROGRAM, &["-O", "-C", "strip=symbols"]),
    (
        "for size",
        PROGRAM,
        &[
            "-C",
            "opt-level=z",
            "-C",
            "panic=abort",
            "-C",
            "strip=symbols",
        ],
    ),
    (
        "no_std",
        WITHOUT_STD,
        &["-O", "--crate-type=lib", "--emit=obj", "-C", "panic=abort"],
    ),
];

fn build(folder: &Path, number: usize) -> Result<u64, String> {
    let (_, source, options) = WAYS[number];
    let path = folder.join(format!("way{number}.rs"));
    let output = folder.join(format!("way{number}"));
    fs::write(&path, source).map_err(|error| error.to_string())?;
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--edition=2024", "-o"])
        .arg(&output)
        .arg(&path)
        .args(options);
    let status = rustc.status().map_err(|error| error.to_string())?;
    assert!(status.success(), "rustc {options:?}: {status}");
    fs::metadata(output)
        .map(|file| file.len())
        .map_err(|error| error.to_string())
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let sizes: Vec<Result<u64, String>> = thread::scope(|scope| {
        let builds: Vec<_> = (0..WAYS.len())
            .map(|number| scope.spawn(move || build(folder, number)))
            .collect();
        builds
            .into_iter()
            .map(|build| build.join().expect("a build panicked"))
            .collect()
    });
    let sizes: Vec<u64> = sizes.into_iter().collect::<Result<_, _>>()?;
    for ((name, ..), size) in WAYS.iter().zip(&sizes) {
        println!("{name:<9} {size:>9} bytes");
    }
    assert!(
        sizes.is_sorted_by(|bigger, smaller| bigger > smaller),
        "{sizes:?}"
    );
    assert!(sizes[4] < 4096);
    Ok(())
}
