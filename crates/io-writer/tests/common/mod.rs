//! The small vocabulary of this crate's tests.

// Each test program compiles this file for itself and none uses all of it.
#![allow(dead_code, unreachable_pub)]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often to try a property. A failure is printed, and written nowhere.
pub fn cases(cases: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases,
        failure_persistence: None,
        ..Default::default()
    }
}

/// No test waits longer than this for one event.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Whether `program` is on the PATH. In CI its absence is a failure: nothing is skipped there.
pub fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|directory| directory.join(program).is_file());
    if !found {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        assert!(
            std::env::var_os("CI").is_none(),
            "{test} needs {program}; run cargo xtask doctor --install"
        );
        println!("skipped: {test} needs {program}");
    }
    found
}

/// Runs `work` on a thread and waits for what it returns, at most [`DEADLINE`].
#[track_caller]
pub fn within_deadline<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (done, outcome) = channel();
    let thread = thread::spawn(move || done.send(work()).is_ok());
    next(&outcome, what, || thread.join().is_err())
}

/// The next message, within [`DEADLINE`].
#[track_caller]
pub fn receive<T>(from: &Receiver<T>, what: &str) -> T {
    next(from, what, || false)
}

#[track_caller]
fn next<T>(from: &Receiver<T>, what: &str, panicked: impl FnOnce() -> bool) -> T {
    match from.recv_timeout(DEADLINE) {
        Ok(value) => value,
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) if panicked() => {
            panic!("{what}: the thread panicked")
        }
        Err(e) => panic!("waited for {what}: {e}"),
    }
}

/// The tool, with pipes for its three streams.
pub fn tool(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_io-writer"));
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts `command`, gives it `input`, and collects what it says until it ends.
#[track_caller]
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin is a pipe");
    let input = input.to_vec();
    // On a thread: the child's output must be read meanwhile. It may end before it has read all.
    let feeder = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = collect(child);
    feeder.join().expect("feeding does not panic");
    output
}

/// Collects what `child` says until it ends; kills it after [`DEADLINE`].
#[track_caller]
pub fn collect(mut child: Child) -> Output {
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let status = wait(&mut child);
    let text = |pipe: Option<JoinHandle<Vec<u8>>>| pipe.map_or(Vec::new(), |p| p.join().unwrap());
    Output {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

/// Waits for `child` to end; kills it after [`DEADLINE`].
#[track_caller]
pub fn wait(child: &mut Child) -> ExitStatus {
    let deadline = std::time::Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        if std::time::Instant::now() > deadline {
            let _ = child.kill();
            panic!("the child did not end by itself");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("pipes can be read");
        bytes
    })
}

/// A thread that accepts one connection on a loopback port and does `with` with it.
pub fn tcp_peer<T: Send + 'static>(
    with: impl FnOnce(TcpStream) -> io::Result<T> + Send + 'static,
) -> (SocketAddr, JoinHandle<io::Result<T>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a loopback port");
    let address = listener.local_addr().expect("it is bound");
    let thread = thread::spawn(move || with(listener.accept()?.0));
    (address, thread)
}

/// All that comes until the peer ends the stream.
pub fn read_all(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What a gzip file of any number of members unpacks to.
pub fn gunzip(path: &Path) -> io::Result<Vec<u8>> {
    read_all(flate2::read::MultiGzDecoder::new(std::fs::File::open(
        path,
    )?))
}

/// `length` bytes of text that compress somewhat and repeat nowhere as a whole.
pub fn text(length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 64);
    let mut state = 1u64;
    while bytes.len() < length {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        writeln!(bytes, "{} {:x}", bytes.len(), state >> 40).expect("a Vec takes it");
    }
    bytes.truncate(length);
    bytes
}
