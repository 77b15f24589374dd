//! The tool as a user meets it: `slice`, `hex`, its demonstration and its errors.

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use common::{have, run, stdout_of, tool, within_patience};
use tempfile::TempDir;

/// A folder with a file of these bytes in it.
fn file_of(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn slice(arguments: &[&str], path: &Path, input: &[u8]) -> Output {
    run(tool().arg("slice").args(arguments).arg(path), input)
}

fn stderr_of(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn slice_writes_the_window() {
    let (_folder, path) = file_of(b"Example of io.SectionReader\n");
    let window = |arguments: &[&str]| {
        let output = slice(arguments, &path, b"");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(window(&["--offset", "14", "--length", "7"]), "Section");
    assert_eq!(window(&["--offset", "0xe", "--length", "0x7"]), "Section");
    assert_eq!(window(&["--length", "7"]), "Example");
    assert_eq!(window(&["--offset", "21"]), "Reader\n");
    assert_eq!(window(&["--offset", "28"]), "");
    assert_eq!(window(&["--length", "0"]), "");
}

#[test]
fn slice_knows_units() {
    let bytes: Vec<u8> = (0..4096).map(|i| (i / 1024) as u8).collect();
    let (_folder, path) = file_of(&bytes);
    let output = slice(&["--offset", "1K", "--length", "2k"], &path, b"");
    assert!(output.status.success());
    assert_eq!(output.stdout, bytes[1024..3072]);
}

#[test]
fn slice_reads_what_has_no_offsets_too() {
    let output = slice(
        &["--offset", "3", "--length", "4"],
        Path::new("-"),
        b"0123456789",
    );
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(0), &b"3456"[..])
    );

    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    nix::unistd::mkfifo(&fifo, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let path = fifo.clone();
    // Opening it waits for the reader.
    let writer = thread::spawn(move || fs::write(path, "0123456789"));
    let output = slice(&["--offset", "6"], &fifo, b"");
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(0), &b"6789"[..])
    );
    writer.join().unwrap().unwrap();
}

#[test]
fn slice_reports_a_window_cut_short_after_writing_what_is_there() {
    let (_folder, path) = file_of(b"0123456789");
    for (path, input) in [(path.as_path(), &b""[..]), (Path::new("-"), b"0123456789")] {
        let output = slice(&["--offset", "7", "--length", "5"], path, input);
        assert_eq!(
            (output.status.code(), &output.stdout[..]),
            (Some(1), &b"789"[..])
        );
        let stderr = stderr_of(&output);
        assert!(
            stderr.ends_with(" ends at 10: 3 of 5 bytes written\n"),
            "{stderr}"
        );
    }
}

#[test]
fn slice_reports_an_offset_past_the_end() {
    let (_folder, path) = file_of(b"0123456789");
    for (path, input) in [(path.as_path(), &b""[..]), (Path::new("-"), b"0123456789")] {
        let output = slice(&["--offset", "11"], path, input);
        assert_eq!(
            (output.status.code(), &output.stdout[..]),
            (Some(1), &b""[..])
        );
        let stderr = stderr_of(&output);
        assert!(stderr.starts_with("io-reader: "), "{stderr}");
        assert!(stderr.ends_with("before offset 11\n"), "{stderr}");
    }
}

#[test]
fn hex_prints_what_hexdump_prints() {
    if !have("hexdump") {
        return;
    }
    let bytes: Vec<u8> = (0..5000_u32).map(|i| (i / 700) as u8).collect();
    let (_folder, path) = file_of(&bytes);
    let mut hexdump = Command::new("hexdump");
    hexdump
        .env("LC_ALL", "C")
        .args(["-C", "-s", "37", "-n", "4000"]);
    let expected = stdout_of(hexdump.arg(&path), b"");
    let mut ours = tool();
    ours.args(["hex", "--offset", "37", "--length", "4000"])
        .arg(&path);
    assert_eq!(stdout_of(&mut ours, b""), expected);
}

#[test]
fn hex_reads_standard_input() {
    let expected = "\
00000000  63 61 66 e9                                       |caf.|
00000004
";
    assert_eq!(stdout_of(tool().args(["hex", "-"]), b"caf\xe9"), expected);
    assert_eq!(stdout_of(tool().args(["hex", "-"]), b""), "");
}

#[test]
fn errors_say_what_was_tried_with_what_and_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing");
    for command in ["slice", "hex", "csv"] {
        let output = run(tool().arg(command).arg(&missing), b"");
        let expected = format!(
            "io-reader: cannot open {}: No such file or directory (os error 2)\n",
            missing.display()
        );
        assert_eq!(
            (output.status.code(), stderr_of(&output)),
            (Some(1), expected)
        );

        let output = run(tool().arg(command).arg(folder.path()), b"");
        let expected = format!(
            "io-reader: cannot read {}: Is a directory (os error 21)\n",
            folder.path().display()
        );
        assert_eq!(
            (output.status.code(), stderr_of(&output)),
            (Some(1), expected)
        );
    }
}

#[test]
fn usage_errors_have_status_2() {
    let wrong: [&[&str]; 6] = [
        &["nonsense"],
        &["slice"],
        &["slice", "--offset", "1.5K", "x"],
        &["hex", "--length", "-1", "x"],
        &["csv", "--columns", "0", "x"],
        &["zip", "only-out"],
    ];
    for arguments in wrong {
        let output = run(tool().args(arguments), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    // Rows that differ, or the dump would be a few lines only.
    let bytes: Vec<u8> = (0..1_u32 << 20).map(|i| (i / 16 % 251) as u8).collect();
    let (_folder, path) = file_of(&bytes);
    for command in ["slice", "hex"] {
        let mut child = tool()
            .arg(command)
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::with_capacity(16, child.stdout.take().unwrap());
        stdout.fill_buf().unwrap();
        drop(stdout);
        let output = within_patience("the tool's end", || child.wait_with_output().unwrap());
        assert_eq!(
            (output.status.code(), stderr_of(&output)),
            (Some(0), String::new())
        );
    }
}

#[test]
fn a_full_disk_is_an_error() {
    if !Path::new("/dev/full").exists() {
        println!("skipped: a_full_disk_is_an_error needs /dev/full");
        return;
    }
    let (_folder, path) = file_of(b"data");
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = tool()
        .arg("slice")
        .arg(&path)
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = stderr_of(&output);
    assert!(
        stderr.contains("cannot write to standard output: No space left"),
        "{stderr}"
    );
}

#[test]
fn without_arguments_it_demonstrates_itself() {
    let page = stdout_of(&mut tool(), b"");
    for expected in [
        "IHDR at byte 8",
        "|.PNG",
        "1048576 zeros become",
        "Try next:",
    ] {
        assert!(page.contains(expected), "{expected:?} is not in\n{page}");
    }
}

#[test]
fn every_help_has_examples() {
    for command in ["slice", "zip", "csv", "hex", "png"] {
        let help = stdout_of(tool().args([command, "--help"]), b"");
        assert!(help.contains("Examples:\n"), "{help}");
    }
    assert!(stdout_of(tool().arg("--help"), b"").contains("Examples:\n"));
}
