//! The tracer beside its peers; `cargo xtask bench syscalls` drives it.
//!
//! `peers list` names the workloads, `peers run WORKLOAD PEER` measures one peer once and prints the
//! value: the seconds that the traced command took, from its start to the tracer's end. The first peer
//! of each workload is ours.

use std::env;
use std::error::Error;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A command, and which of its calls are traced.
struct Workload {
    name: &'static str,
    command: fn(quick: bool) -> Vec<String>,
    peers: &'static [Peer],
}

/// A tracer with its options; the command follows.
struct Peer {
    name: &'static str,
    /// The program it cannot do without; `None` for ours and for none at all.
    needs: Option<&'static str>,
    /// Words before the command; the first is the program, `OURS` is our tool.
    words: &'static [&'static str],
}

const OURS: &str = "OURS";

const UNTRACED: Peer = Peer {
    name: "untraced",
    needs: None,
    words: &[],
};

const EVERY_CALL: &[Peer] = &[
    Peer {
        name: "syscalls trace -f",
        needs: None,
        words: &[OURS, "trace", "-f", "-o", "/dev/null", "--"],
    },
    Peer {
        name: "strace -f",
        needs: Some("strace"),
        words: &["strace", "-f", "-o", "/dev/null", "--"],
    },
    Peer {
        name: "strace -f, one core",
        needs: Some("strace"),
        words: &["taskset", "1", "strace", "-f", "-o", "/dev/null", "--"],
    },
    Peer {
        name: "lurk -f",
        needs: Some("lurk"),
        words: &["lurk", "-f", "-o", "/dev/null", "--"],
    },
    UNTRACED,
];

const SUMMARY: &[Peer] = &[
    Peer {
        name: "syscalls trace -f -c",
        needs: None,
        words: &[OURS, "trace", "-f", "-c", "-o", "/dev/null", "--"],
    },
    Peer {
        name: "strace -f -c",
        needs: Some("strace"),
        words: &["strace", "-f", "-c", "-o", "/dev/null", "--"],
    },
];

const ONE_CALL: &[Peer] = &[
    Peer {
        name: "syscalls trace -f -e openat",
        needs: None,
        words: &[OURS, "trace", "-f", "-e", "openat", "-o", "/dev/null", "--"],
    },
    Peer {
        name: "strace --seccomp-bpf -f -e openat",
        needs: Some("strace"),
        words: &[
            "strace",
            "--seccomp-bpf",
            "-f",
            "-e",
            "openat",
            "-o",
            "/dev/null",
            "--",
        ],
    },
    UNTRACED,
];

const WORKLOADS: &[Workload] = &[
    Workload {
        name: "400 000 calls, all traced",
        command: calls,
        peers: EVERY_CALL,
    },
    Workload {
        name: "400 000 calls, counted",
        command: calls,
        peers: SUMMARY,
    },
    Workload {
        name: "400 000 calls, openat traced",
        command: calls,
        peers: ONE_CALL,
    },
    Workload {
        name: "300 processes, all traced",
        command: processes,
        peers: EVERY_CALL,
    },
    Workload {
        name: "300 processes, openat traced",
        command: processes,
        peers: ONE_CALL,
    },
];

/// Byte by byte from nowhere to nowhere: two calls a byte, and nothing else.
fn calls(quick: bool) -> Vec<String> {
    let count = if quick { 2_000 } else { 200_000 };
    ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none"]
        .into_iter()
        .map(str::to_owned)
        .chain([format!("count={count}")])
        .collect()
}

/// A shell that starts a program over and over.
fn processes(quick: bool) -> Vec<String> {
    let count = if quick { 10 } else { 300 };
    let script = format!("i=0; while [ $i -lt {count} ]; do /bin/true; i=$((i+1)); done");
    vec!["sh".to_owned(), "-c".to_owned(), script]
}

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
    match words[..] {
        ["run", workload, peer] => println!("{}", run(workload, peer, quick)?),
        _ => list(),
    }
    Ok(())
}

fn list() {
    for workload in WORKLOADS {
        let peers: Vec<_> = workload
            .peers
            .iter()
            .map(|peer| (peer.name, peer.needs))
            .collect();
        println!(
            "{}",
            json!({ "workload": workload.name, "unit": "s", "peers": peers })
        );
    }
}

fn run(workload: &str, peer: &str, quick: bool) -> Result<f64> {
    let workload = WORKLOADS
        .iter()
        .find(|candidate| candidate.name == workload)
        .ok_or_else(|| format!("no workload is called {workload}"))?;
    let peer = workload
        .peers
        .iter()
        .find(|candidate| candidate.name == peer)
        .ok_or_else(|| format!("no peer is called {peer}"))?;
    let words: Vec<String> = peer
        .words
        .iter()
        .map(|word| {
            if *word == OURS {
                env!("CARGO_BIN_EXE_syscalls")
            } else {
                word
            }
        })
        .map(str::to_owned)
        .chain((workload.command)(quick))
        .collect();
    time(&words)
}

fn time(words: &[String]) -> Result<f64> {
    let start = Instant::now();
    let status = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("`{}` {status}", words.join(" ")).into());
    }
    Ok(seconds)
}
