//! The same scripts in this shell and in others.
//!
//! A million turns of arithmetic measure the interpreter; programs and pipelines measure how a process
//! is started; and a shell that runs `:` measures what it does before and after everything.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "loop of arithmetic, 1 million turns",
        unit: "ms",
        peers: &[
            peer("shell", None, |quick| turns("shell", quick)),
            peer("dash", Some("dash"), |quick| turns("dash", quick)),
            peer("bash", Some("bash"), |quick| turns("bash", quick)),
            peer("busybox sh", Some("busybox"), |quick| {
                turns("busybox", quick)
            }),
            peer("yash", Some("yash"), |quick| turns("yash", quick)),
            peer("mksh", Some("mksh"), |quick| turns("mksh", quick)),
        ],
    },
    Workload {
        name: "2000 programs, each",
        unit: "us",
        peers: &[
            peer("shell", None, |quick| programs("shell", quick)),
            peer("dash", Some("dash"), |quick| programs("dash", quick)),
            peer("bash", Some("bash"), |quick| programs("bash", quick)),
            peer("busybox sh", Some("busybox"), |quick| {
                programs("busybox", quick)
            }),
            peer("yash", Some("yash"), |quick| programs("yash", quick)),
            peer("mksh", Some("mksh"), |quick| programs("mksh", quick)),
        ],
    },
    Workload {
        name: "500 pipelines of three, each",
        unit: "us",
        peers: &[
            peer("shell", None, |quick| pipelines("shell", quick)),
            peer("dash", Some("dash"), |quick| pipelines("dash", quick)),
            peer("bash", Some("bash"), |quick| pipelines("bash", quick)),
            peer("busybox sh", Some("busybox"), |quick| {
                pipelines("busybox", quick)
            }),
            peer("yash", Some("yash"), |quick| pipelines("yash", quick)),
            peer("mksh", Some("mksh"), |quick| pipelines("mksh", quick)),
        ],
    },
    Workload {
        name: "start of a shell, each",
        unit: "us",
        peers: &[
            peer("shell", None, |quick| starts("shell", quick)),
            peer("dash", Some("dash"), |quick| starts("dash", quick)),
            peer("bash", Some("bash"), |quick| starts("bash", quick)),
            peer("busybox sh", Some("busybox"), |quick| {
                starts("busybox", quick)
            }),
            peer("yash", Some("yash"), |quick| starts("yash", quick)),
            peer("mksh", Some("mksh"), |quick| starts("mksh", quick)),
        ],
    },
];

const fn peer(
    name: &'static str,
    needs: Option<&'static str>,
    measure: fn(bool) -> Result<f64>,
) -> Peer {
    Peer {
        name,
        needs,
        measure,
    }
}

fn turns(shell: &str, quick: bool) -> Result<f64> {
    let count = if quick { 10_000 } else { 1_000_000 };
    let script = format!("i=0; while [ $i -lt {count} ]; do i=$((i+1)); done; echo $i");
    Ok(seconds(shell, &script, count)? * 1e3)
}

fn programs(shell: &str, quick: bool) -> Result<f64> {
    let count = if quick { 20 } else { 2000 };
    let script = repeated(count, "/bin/true");
    Ok(seconds(shell, &script, count)? * 1e6 / f64::from(count))
}

fn pipelines(shell: &str, quick: bool) -> Result<f64> {
    let count = if quick { 10 } else { 500 };
    let script = repeated(count, "/bin/echo a | /bin/cat | /bin/cat >/dev/null");
    Ok(seconds(shell, &script, count)? * 1e6 / f64::from(count))
}

fn repeated(count: u32, command: &str) -> String {
    format!("i=0; while [ $i -lt {count} ]; do {command} || exit; i=$((i+1)); done; echo $i")
}

/// How long the script takes, which has to print `count` in the end.
fn seconds(shell: &str, script: &str, count: u32) -> Result<f64> {
    let start = Instant::now();
    let output = command(shell, script).output()?;
    let seconds = start.elapsed().as_secs_f64();
    let printed = String::from_utf8(output.stdout)?;
    if !output.status.success() || printed.trim_end() != count.to_string() {
        return Err(format!("{shell}: {}, printed {printed:?}", output.status).into());
    }
    Ok(seconds)
}

fn starts(shell: &str, quick: bool) -> Result<f64> {
    let count = if quick { 10 } else { 1000 };
    let start = Instant::now();
    for _ in 0..count {
        if !command(shell, ":").status()?.success() {
            return Err(format!("{shell} does not start").into());
        }
    }
    Ok(start.elapsed().as_secs_f64() * 1e6 / f64::from(count))
}

fn command(shell: &str, script: &str) -> Command {
    let mut command = match shell {
        "shell" => Command::new(PathBuf::from(env!("CARGO_BIN_EXE_shell"))),
        "busybox" => {
            let mut busybox = Command::new("busybox");
            busybox.arg("sh");
            busybox
        }
        other => Command::new(other),
    };
    command
        .args(["-c", script])
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null());
    command
}
