//! A full list of a machine with 500 more processes.
//!
//! They sleep until their standard input ends. Each program prints into a pipe for the check, every
//! pid of the 500 once, and to /dev/null for the time. The floor opens, reads and closes
//! `/proc/PID/stat` of each process and prints nothing.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "ps -ef, 500 more processes",
        unit: "ms",
        peers: &[
            Peer {
                name: "process ps -ef",
                needs: None,
                measure: |quick| program(quick, OURS, &["ps", "-ef"], 1),
            },
            Peer {
                name: "procps ps -ef",
                needs: Some("ps"),
                measure: |quick| program(quick, "ps", &["-ef"], 1),
            },
            Peer {
                name: "busybox ps",
                needs: Some("busybox"),
                measure: |quick| program(quick, "busybox", &["ps"], 0),
            },
            Peer {
                name: "floor: stat of each",
                needs: None,
                measure: floor,
            },
        ],
    },
    Workload {
        name: "ps aux, 500 more processes",
        unit: "ms",
        peers: &[
            Peer {
                name: "process ps aux",
                needs: None,
                measure: |quick| program(quick, OURS, &["ps", "aux"], 1),
            },
            Peer {
                name: "procps ps aux",
                needs: Some("ps"),
                measure: |quick| program(quick, "ps", &["aux"], 1),
            },
        ],
    },
];

const OURS: &str = env!("CARGO_BIN_EXE_process");

/// Ended when dropped.
struct Crowd(Vec<Child>);

impl Crowd {
    fn gather(quick: bool) -> Result<Crowd> {
        let mut crowd = Crowd(Vec::new());
        for _ in 0..if quick { 50 } else { 500 } {
            let mut command = Command::new("sleep");
            crowd
                .0
                .push(command.arg("600").stdin(Stdio::null()).spawn()?);
        }
        Ok(crowd)
    }

    /// Each of them has to be in the list, in this column.
    fn check(&self, list: &str, column: usize) -> Result<()> {
        let lines = list
            .lines()
            .filter_map(|line| line.split_whitespace().nth(column));
        let pids: HashSet<u32> = lines.flat_map(str::parse).collect();
        match self.0.iter().find(|child| !pids.contains(&child.id())) {
            Some(child) => Err(format!("{} is not in the list", child.id()).into()),
            None => Ok(()),
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
        }
        for child in &mut self.0 {
            let _ = child.wait();
        }
    }
}

fn program(quick: bool, program: &str, arguments: &[&str], column: usize) -> Result<f64> {
    let crowd = Crowd::gather(quick)?;
    let mut command = Command::new(program);
    command.args(arguments).env_remove("COLUMNS");
    let output = command.stderr(Stdio::inherit()).output()?;
    crowd.check(&String::from_utf8_lossy(&output.stdout), column)?;
    command.stdout(Stdio::null());
    middle(quick, || {
        let start = Instant::now();
        let status = command.status()?;
        let time = start.elapsed();
        if !status.success() {
            return Err(format!("{command:?}: {status}").into());
        }
        Ok(time.as_secs_f64() * 1000.0)
    })
}

fn floor(quick: bool) -> Result<f64> {
    let crowd = Crowd::gather(quick)?;
    let mut buffer = [0; 4096];
    middle(quick, || {
        let start = Instant::now();
        let mut read = 0;
        for entry in fs::read_dir("/proc")? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if !name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit())) {
                continue;
            }
            let length = File::open(path.join("stat")).and_then(|mut file| file.read(&mut buffer));
            read += usize::from(length.is_ok_and(|length| length > 0));
        }
        let time = start.elapsed();
        if read < crowd.0.len() {
            return Err(format!("only {read} were read").into());
        }
        Ok(time.as_secs_f64() * 1000.0)
    })
}

/// The middle of several, after one that warms the caches.
fn middle(quick: bool, mut once: impl FnMut() -> Result<f64>) -> Result<f64> {
    once()?;
    let mut times = (0..if quick { 5 } else { 21 })
        .map(|_| once())
        .collect::<Result<Vec<f64>>>()?;
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}
