//! What we say of ELF files, against what readelf says, line by line.

mod common;

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{cases, have, output_of, tool};

/// Our command, and readelf's options for the same.
const PARTS: [(&str, &[&str]); 7] = [
    ("headers", &["-hW"]),
    ("sections", &["-SW"]),
    ("segments", &["-lW"]),
    ("symbols", &["-sW"]),
    ("dynamic", &["-dVW"]),
    ("relocs", &["-rW"]),
    ("notes", &["-nW"]),
];

const FOLDERS: [&str; 6] = [
    "/usr/bin",
    "/usr/sbin",
    "/usr/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/aarch64-linux-gnu/lib",
];

#[test]
fn files_of_the_system_are_read_as_readelf_reads_them() {
    if !have("readelf") {
        return;
    }
    let files = elf_files();
    // A hundred of them, or all in a thorough search.
    let step = if cases(0).cases >= 5000 {
        1
    } else {
        files.len().div_ceil(40).max(1)
    };
    for file in files.iter().step_by(step) {
        compare(file);
    }
}

#[test]
fn object_files_of_other_processors_are_read_as_readelf_reads_them() {
    if !have("readelf") || !have("clang") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source.c");
    fs::write(&source, SOURCE).unwrap();
    for target in TARGETS {
        let object = folder.path().join(format!("{target}.o"));
        let mut clang = Command::new("clang");
        clang.args([
            "-target",
            target,
            "-O1",
            "-g",
            "-ffreestanding",
            "-w",
            "-c",
            "-o",
        ]);
        output_of(clang.args([&object, &source]));
        compare(&object);
    }
}

/// 32 and 64 bit, both byte orders, with and without addends.
const TARGETS: [&str; 11] = [
    "aarch64-linux-gnu",
    "aarch64_be-linux-gnu",
    "riscv32-linux-gnu",
    "riscv64-linux-gnu",
    "mips-linux-gnu",
    "mips64el-linux-gnu",
    "mips64-linux-gnu",
    "powerpc64le-linux-gnu",
    "s390x-linux-gnu",
    "arm-linux-gnueabihf",
    "i386-linux-gnu",
];

const SOURCE: &str = r#"
static __thread int counter = 5;
int numbers[1000];
const char *text = "x";
extern int elsewhere(int);
__attribute__((weak)) int weak(void) { return counter; }
int start(int n) { numbers[n] = elsewhere(weak()); return numbers[3] + text[0]; }
"#;

#[test]
fn more_sections_than_the_header_can_count() {
    if !have("readelf") || !have("as") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (source, object) = (folder.path().join("many.s"), folder.path().join("many.o"));
    let sections: String = (0..66_000)
        .map(|number| format!(".section s{number}\n.globl g{number}\ng{number}:\n"))
        .collect();
    fs::write(&source, sections).unwrap();
    output_of(Command::new("as").arg("-o").args([&object, &source]));
    for part in &PARTS[..1] {
        compare_part(&object, part);
    }
    let symbols = lines(&output_of(&mut tool(&[
        "symbols",
        object.to_str().unwrap(),
    ])));
    assert!(
        symbols.iter().any(|line| line.contains(" 66003 g65999")),
        "{:?}",
        symbols.last()
    );
}

fn elf_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = FOLDERS
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .map(|entry| entry.unwrap().path())
        .filter(|path| is_elf(path))
        .collect();
    files.sort();
    assert!(!files.is_empty() || cfg!(not(target_os = "linux")));
    files
}

/// Files of a hundred megabytes are another test's.
fn is_elf(path: &Path) -> bool {
    let is_small =
        fs::symlink_metadata(path).is_ok_and(|status| status.is_file() && status.len() < 10 << 20);
    let mut magic = [0; 4];
    is_small
        && File::open(path).is_ok_and(|mut file| file.read_exact(&mut magic).is_ok())
        && magic == *b"\x7fELF"
}

#[track_caller]
fn compare(file: &Path) {
    for part in &PARTS {
        compare_part(file, part);
    }
}

#[track_caller]
fn compare_part(file: &Path, (command, options): &(&str, &[&str])) {
    let ours = lines(&output_of(&mut tool(&[command, file.to_str().unwrap()])));
    let mut readelf = Command::new("readelf");
    readelf
        .args(*options)
        .arg(file)
        .env("LC_ALL", "C.UTF-8")
        .stderr(Stdio::null());
    let theirs = lines(&output_of(&mut readelf));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours, theirs, "{command} of {}", file.display());
    }
    assert_eq!(ours.len(), theirs.len(), "{command} of {}", file.display());
}

/// The lines without the differences that are not facts: blanks, headings, the key to flags, the zero
/// that C's `%#x` prints without 0x, and what readelf decodes of processors' flags.
fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output)
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty() && !is_heading(line))
        .map(|line| match line.strip_suffix(" 0x0") {
            Some(start) => format!("{start} 0"),
            None => line,
        })
        .map(|line| match line.strip_prefix("0x0000:") {
            Some(rest) => format!("000000:{rest}"),
            None => line,
        })
        .map(|line| match line.strip_prefix("Flags: 0x") {
            Some(flags) => format!("Flags: 0x{}", flags.split(',').next().unwrap_or_default()),
            None => line,
        })
        .collect()
}

fn is_heading(line: &str) -> bool {
    [
        "[Nr]",
        "Offset Info",
        "No version",
        "W (write)",
        "L (link",
        "C (compressed",
        "R (retain",
        "D (mbind",
    ]
    .iter()
    .any(|start| line.starts_with(start))
}
