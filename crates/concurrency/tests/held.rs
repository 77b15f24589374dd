//! Many connections that mostly wait, on two workers: no thread for each, and memory that stays where it is.
//! Two thousand in every run, ten thousand when `PROPTEST_CASES` asks for a thorough search.
#![cfg(not(loom))]

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};

use concurrency::net::TcpListener;
use concurrency::runtime::{Builder, spawn};

/// Where the clients connect to, and how many they are.
const TARGET: &str = "HELD_CONNECTIONS";

/// How often all of them say something.
const ROUNDS: usize = 5;

/// The most that was resident at any time, in bytes.
///
/// Linux's `ru_maxrss` does not tell it: it outlives execve(2), so a test begins with what the program that
/// started it had, cargo with its 65 MB, and does not notice that it grows below that. `VmHWM` is this
/// program's own.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "macos")]
fn peak() -> u64 {
    use nix::sys::resource::{UsageWho, getrusage};
    let most = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    u64::try_from(most).unwrap()
}

/// The clients: a process of their own, since each end of a connection is a descriptor. Says a line after
/// each round, and goes on when it is told to.
#[test]
fn clients() {
    let Ok(target) = env::var(TARGET) else { return };
    let (address, count) = target.split_once(' ').unwrap();
    let address: SocketAddr = address.parse().unwrap();
    let count: usize = count.parse().unwrap();
    mmap::poller::raise_open_files(count as u64 + 100).unwrap();
    let mut streams: Vec<TcpStream> = (0..count)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let mut told = String::new();
    for round in 0..ROUNDS {
        for stream in &mut streams {
            stream.write_all(&[round as u8]).unwrap();
        }
        for stream in &mut streams {
            let mut answer = [0];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(answer, [round as u8]);
        }
        // Not by the harness's own output, which it may keep.
        std::io::stderr().write_all(b"all answered\n").unwrap();
        std::io::stdin().read_line(&mut told).unwrap();
    }
}

#[test]
fn they_hold_no_thread_and_no_more_memory_than_at_first() {
    let is_thorough = env::var_os("PROPTEST_CASES").is_some();
    let count = if is_thorough { 10_000 } else { 2_000 };
    if mmap::poller::raise_open_files(count + 100).unwrap() < count + 100 {
        println!("skipped: this user may not open {} files", count + 100);
        return;
    }
    let runtime = Builder::new().processors(2).build().unwrap();
    let handle = runtime.handle();
    let listener = runtime.block_on(async { TcpListener::bind("127.0.0.1:0").unwrap() });
    let address = listener.local_addr().unwrap();
    let serving = runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            drop(spawn(async move {
                let mut byte = [0];
                while stream.read_exact(&mut byte).await.is_ok() {
                    if stream.write_all(&byte).await.is_err() {
                        break;
                    }
                }
            }));
        }
    });
    let mut clients = Command::new(env::current_exe().unwrap())
        .args(["clients", "--exact", "--nocapture"])
        .env(TARGET, format!("{address} {count}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut go_on = clients.stdin.take().unwrap();
    let mut lines = BufReader::new(clients.stderr.take().unwrap()).lines();
    let mut peaks = Vec::new();
    for _ in 0..ROUNDS {
        assert_eq!(lines.next().unwrap().unwrap(), "all answered");
        let snapshot = handle.snapshot();
        assert!(snapshot.threads <= 16, "{snapshot:?}");
        peaks.push(peak());
        go_on.write_all(b"go on\n").unwrap();
    }
    assert!(clients.wait().unwrap().success());
    serving.abort();
    println!("{count} connections: peaks of {peaks:?} bytes");
    // Linux adds up what each processor has counted now and then, so a later value may be less.
    let grown = peaks[ROUNDS - 1].saturating_sub(peaks[0]);
    assert!(
        grown <= 1 << 20,
        "{grown} bytes more than after the first round"
    );
}
