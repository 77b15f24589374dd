//! The tracer beside strace: for real commands, each process makes the same calls with the same
//! results in the same order.
//!
//! Both run the command with `-f -o FILE`, both files go through one parser, and what may differ from
//! run to run (addresses, process numbers, the order between processes) is taken out. A program that
//! depends on time may itself do otherwise the next time, so a command that disagrees is run again by
//! both; a tracer that loses or invents calls never agrees.
#![cfg(target_os = "linux")]

mod parse;
mod programs;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use parse::{Trace, parse};

/// How often a command may disagree before it counts.
const TRIES: usize = 6;

/// Commands of a shell, each a line of its own in the order of growing complexity.
const COMMANDS: &[&str] = &[
    "true",
    "false",
    "echo hello",
    "ls -l /",
    "cat /etc/passwd /etc/hostname",
    "cat /nonexistent",
    "id",
    "uname -a",
    "env",
    "date -u -d @0",
    "head -c 100000 /dev/zero",
    "dd if=/dev/zero of=/dev/null bs=4096 count=50",
    "seq 1 20000",
    "sort /etc/passwd",
    "grep -c root /etc/passwd /etc/group",
    "sed -n 1,3p /etc/passwd",
    "awk -F: {print$1} /etc/passwd",
    "find /etc/apt",
    "tar cf out.tar /etc/passwd /etc/group",
    "gzip -k -c /etc/passwd",
    "cp /etc/passwd copied",
    "mkdir -p a/b/c",
    "touch touched",
    "ln -s target link",
    "stat /etc/passwd",
    "du -s /etc/apt",
    "sha256sum /etc/passwd",
    "mktemp -d --tmpdir=.",
    "timeout 10 true",
    "sleep 0.02",
    "xargs -a /etc/hostname echo",
    "git --version",
    "git init --quiet repository",
    "git hash-object /etc/passwd",
    "/usr/bin/python3 -S -c print(1+1)",
    "bash -c true",
];

/// Scripts of sh.
const SCRIPTS: &[&str] = &[
    "ls | wc -l",
    "cat /etc/passwd | sort | head -n 2",
    "for i in 1 2 3 4 5; do /bin/true; done",
    "exit 7",
    "kill -KILL $$",
    "kill -TERM $$",
    "trap 'echo caught' USR1; kill -USR1 $$; echo on",
    "(exec true) & wait",
    "x=$(echo one; echo two); echo $x",
    "echo text > file; cat < file; rm file",
    "sh -c 'sh -c \"sh -c /bin/true\"'",
];

/// Scripts of python3, without site packages, and with the same addresses each time: Python asks for
/// memory a little earlier or later depending on them.
const PYTHON: &[&str] = &[
    "import os; pid = os.fork(); os._exit(3) if pid == 0 else print(os.waitpid(pid, 0)[1])",
    "import subprocess; subprocess.run(['/bin/true'], check=True)",
    "import socket; a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))",
    "import os; os.abort()",
];

#[test]
fn plain_commands() {
    compare_all(
        COMMANDS
            .iter()
            .map(|line| line.split(' ').map(str::to_owned).collect()),
    );
}

#[test]
fn shell_scripts() {
    compare_all(SCRIPTS.iter().map(|script| words(&["sh", "-c", script])));
}

#[test]
fn python_scripts() {
    compare_all(
        PYTHON
            .iter()
            .map(|script| words(&["setarch", "-R", "/usr/bin/python3", "-S", "-c", script])),
    );
}

#[test]
fn curl_gets_a_page_from_a_local_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream);
        }
    });
    let url = format!("http://{address}/");
    compare_all([words(&["curl", "--silent", "--max-time", "20", &url])].into_iter());
}

fn answer(mut stream: std::net::TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
            _ => return,
        }
    }
    // A client that has gone is its own affair: the comparison sees what it did.
    let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n");
}

#[test]
fn programs_with_threads_signals_and_crashes() {
    let folder = tempfile::tempdir().unwrap();
    let compiled = programs::SOURCES
        .iter()
        .map(|(name, source)| vec![compile(folder.path(), name, source)]);
    compare_all(compiled);
}

/// The executable of a C source.
fn compile(folder: &Path, name: &str, source: &str) -> String {
    let (file, executable) = (folder.join(format!("{name}.c")), folder.join(name));
    fs::write(&file, source).unwrap();
    let status = Command::new("cc")
        .args(["-O1", "-pthread", "-o"])
        .args([&executable, &file])
        .status()
        .expect("cc");
    assert!(status.success(), "{name} does not compile");
    executable.to_str().unwrap().to_owned()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Compares every command; all disagreements are told, not only the first.
fn compare_all(commands: impl Iterator<Item = Vec<String>>) {
    if !found("strace") {
        assert!(
            std::env::var_os("CI").is_none(),
            "strace is missing: run `cargo xtask doctor --install`"
        );
        println!("skipped: strace_corpus needs strace");
        return;
    }
    let mut differences = String::new();
    for command in commands {
        if !found(&command[0]) {
            println!(
                "skipped: strace_corpus needs {} for one of its commands",
                command[0]
            );
            continue;
        }
        if let Err(difference) = compare(&command) {
            differences.push_str(&format!("\n{}:\n{difference}", command.join(" ")));
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

fn compare(command: &[String]) -> Result<(), String> {
    let mut last = Ok(());
    for _ in 0..TRIES {
        let theirs = run(Path::new("strace"), &[], command);
        let ours = run(
            Path::new(env!("CARGO_BIN_EXE_syscalls")),
            &["trace"],
            command,
        );
        last = theirs.differs_from(&ours);
        if last.is_ok() {
            break;
        }
    }
    last
}

/// Traces the command in an empty folder, with nothing to read.
fn run(tracer: &Path, first: &[&str], command: &[String]) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let out: PathBuf = folder.path().join("trace");
    let work = folder.path().join("work");
    fs::create_dir(&work).unwrap();
    let status = Command::new(tracer)
        .args(first)
        .args(["-f", "-o"])
        .arg(&out)
        .arg("--")
        .args(command)
        .current_dir(&work)
        // Python lays its tables out by chance, unless told not to.
        .env("PYTHONHASHSEED", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("{}: {error}", tracer.display()));
    let text = fs::read(&out)
        .unwrap_or_else(|error| panic!("{} wrote no trace: {error}", tracer.display()));
    parse(&String::from_utf8_lossy(&text), status)
}

fn found(program: &str) -> bool {
    Path::new(program).is_absolute() && Path::new(program).exists()
        || std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
