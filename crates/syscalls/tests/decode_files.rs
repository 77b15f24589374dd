//! The arguments as strace shows them: the same commands under both, the same text.
//!
//! What differs from run to run is made alike first: addresses, and numbers of five digits and more
//! (processes, inodes, times). Only calls that a command makes in every run are compared.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Command as Process;

use syscalls::trace::{Command, Options, Recording};

/// Calls whose arguments are the same in every run of these commands.
const COMPARED: &[&str] = &[
    "access",
    "arch_prctl",
    "chdir",
    "close",
    "dup",
    "dup2",
    "execve",
    "exit_group",
    "faccessat",
    "faccessat2",
    "fadvise64",
    "fchmodat",
    "fcntl",
    "fstat",
    "getcwd",
    "getdents64",
    "geteuid",
    "getgroups",
    "getuid",
    "ioctl",
    "linkat",
    "lseek",
    "lstat",
    "mkdir",
    "mmap",
    "mprotect",
    "munmap",
    "newfstatat",
    "openat",
    "pread64",
    "prlimit64",
    "read",
    "readlink",
    "renameat2",
    "rmdir",
    "stat",
    "statfs",
    "symlinkat",
    "umask",
    "uname",
    "unlinkat",
    "utimensat",
    "write",
];

/// True when strace is there; says so when it is not, which on CI is a failure.
fn strace_is_there(test: &str) -> bool {
    let there = Process::new("strace").arg("-V").output().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "strace is missing");
        println!("skipped: {test} needs strace");
    }
    there
}

/// A call's text without what differs from run to run.
fn normal(call: &str) -> String {
    let mut text = String::new();
    let mut digits = String::new();
    for character in call.chars().chain(Some('\n')) {
        let in_number = character.is_ascii_hexdigit() || character == 'x';
        if in_number && (!digits.is_empty() || character.is_ascii_digit()) {
            digits.push(character);
            continue;
        }
        let long = digits.trim_start_matches("0x").len() >= 5;
        text.push_str(if long { "N" } else { &digits });
        digits.clear();
        text.push(character);
    }
    // strace pads the arguments with spaces before the result.
    let text = text.trim_end();
    match text.rsplit_once(" = ") {
        Some((arguments, result)) => format!("{} = {result}", arguments.trim_end()),
        None => text.to_owned(),
    }
}

fn is_compared(line: &str) -> bool {
    line.split_once('(')
        .is_some_and(|(name, _)| COMPARED.contains(&name))
}

fn with_strace(command: &[&str], directory: &Path) -> Vec<String> {
    let log = directory.join("../strace");
    let status = Process::new("strace")
        .arg("-o")
        .arg(&log)
        .args(command)
        .current_dir(directory)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    status.expect("strace runs");
    let text = fs::read(log).expect("strace writes its log");
    let text = String::from_utf8_lossy(&text);
    text.lines()
        .filter(|l| is_compared(l))
        .map(normal)
        .collect()
}

fn with_ours(command: &[&str], directory: &Path) -> Vec<String> {
    let null = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/null")
            .expect("/dev/null")
    };
    let traced = Command::new(command[0])
        .args(&command[1..])
        .current_dir(directory)
        .stdout(null())
        .stderr(null());
    let recording = Recording::of(&traced, Options::default()).expect("the command is traced");
    let lines = recording.calls().map(ToString::to_string);
    lines
        .filter(|l| is_compared(l))
        .map(|l| normal(&l))
        .collect()
}

/// Runs a command under strace and under ours, each in a fresh directory that is prepared alike.
fn compare(command: &[&str]) {
    if !strace_is_there(command[0]) {
        return;
    }
    let [theirs, ours] = [with_strace, with_ours].map(|trace| {
        let outer = tempfile::tempdir().expect("a temporary directory");
        let directory = outer.path().join("work");
        fs::create_dir(&directory).expect("a directory");
        fs::write(directory.join("file"), "one\ntwo\n\u{1}3").expect("a file");
        trace(command, &directory)
    });
    assert!(theirs.len() > 5, "{command:?}: {theirs:?}");
    for (index, (theirs, ours)) in theirs.iter().zip(&ours).enumerate() {
        assert_eq!(ours, theirs, "call {index} of {command:?}");
    }
    assert_eq!(ours.len(), theirs.len(), "{command:?}");
}

#[test]
fn reading_reads_alike() {
    compare(&["/usr/bin/cat", "file", "missing"]);
    compare(&["/usr/bin/head", "-c", "5", "file"]);
    compare(&["/usr/bin/wc", "file"]);
}

#[test]
fn looking_at_files_reads_alike() {
    compare(&["/usr/bin/ls", "-l", "file"]);
    compare(&["/usr/bin/stat", "file"]);
    compare(&["/usr/bin/test", "-x", "file"]);
}

#[test]
fn changing_files_reads_alike() {
    compare(&["/usr/bin/mkdir", "-m", "700", "folder"]);
    compare(&["/usr/bin/ln", "-s", "file", "link"]);
    compare(&["/usr/bin/mv", "file", "other"]);
    compare(&["/usr/bin/chmod", "u+x", "file"]);
    compare(&["/usr/bin/touch", "-d", "2001-02-03", "file"]);
    compare(&["/usr/bin/rm", "file"]);
    compare(&["/usr/bin/cp", "file", "copy"]);
}

#[test]
fn a_machines_name_reads_alike() {
    compare(&["/usr/bin/uname", "-a"]);
    compare(&["/usr/bin/id", "-u"]);
}
