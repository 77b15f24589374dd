//! A program's start by us and by the kernel, and a listing by us and by objdump.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "start a dynamic program",
        unit: "us",
        peers: &[
            Peer {
                name: "loader exec",
                needs: None,
                measure: |quick| start(&[TOOL, "exec", "/bin/true"], quick),
            },
            // What it costs us to be a program ourselves: started, loaded, and started again.
            Peer {
                name: "execve twice (env)",
                needs: Some("env"),
                measure: |quick| start(&["/usr/bin/env", "/bin/true"], quick),
            },
            Peer {
                name: "execve",
                needs: None,
                measure: |quick| start(&["/bin/true"], quick),
            },
        ],
    },
    Workload {
        name: "disassemble",
        unit: "ms",
        peers: &[
            Peer {
                name: "loader disasm",
                needs: None,
                measure: |_| list(&[TOOL, "disasm"]),
            },
            Peer {
                name: "objdump -d",
                needs: Some("objdump"),
                measure: |_| list(&["objdump", "-d", "--no-show-raw-insn"]),
            },
            Peer {
                name: "llvm-objdump -d",
                needs: Some("llvm-objdump"),
                measure: |_| list(&["llvm-objdump", "-d", "--no-show-raw-insn"]),
            },
        ],
    },
];

const TOOL: &str = env!("CARGO_BIN_EXE_loader");

/// Microseconds for one start and end.
fn start(words: &[&str], quick: bool) -> Result<f64> {
    let times = if quick { 20 } else { 1000 };
    let begin = Instant::now();
    for _ in 0..times {
        let status = Command::new(words[0]).args(&words[1..]).status()?;
        if !status.success() {
            return Err(format!("{words:?}: {status}").into());
        }
    }
    Ok(begin.elapsed().as_secs_f64() * 1e6 / f64::from(times))
}

/// Milliseconds for a listing of bash, which has to have about a line for each of its instructions.
fn list(words: &[&str]) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let output: PathBuf = folder.path().join("listing");
    let program = Path::new("/bin/bash");
    let begin = Instant::now();
    let status = Command::new(words[0])
        .args(&words[1..])
        .arg(program)
        .stdout(File::create(&output)?)
        .stderr(Stdio::null())
        .status()?;
    let took = begin.elapsed().as_secs_f64() * 1e3;
    let lines = fs::read_to_string(&output)?.lines().count() as u64;
    // x86-64 instructions have four bytes on average, arm64's always; half of the file is code.
    if !status.success() || lines < fs::metadata(program)?.len() / 16 {
        return Err(format!("{words:?}: {status}, {lines} lines").into());
    }
    Ok(took)
}
