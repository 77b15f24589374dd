//! `RTDEBUG=schedtrace=20` prints the scheduler's state as one line each 20 ms, in Go's format.
//!
//! With `GODEBUG=schedtrace=1000` any Go program does the same, and no other tool tells as quickly whether
//! there is too little to do (`idleprocs`), too much (numbers in `[ ]`, the rings of the Ps, and
//! `runqueue`, the global queue), or whether threads pile up in system calls (`threads`).
//!
//! The child below works until its input ends; its parent reads four lines of what it says.

use std::env;
use std::io::{BufRead, BufReader, Read, stdin};
use std::process::{Command, Stdio};

use concurrency::runtime::{Runtime, blocking, spawn, yield_now};

fn work() {
    Runtime::new().block_on(async {
        for _ in 0..10 {
            drop(spawn(async {
                loop {
                    yield_now().await;
                }
            }));
        }
        let _ = blocking(|| stdin().read(&mut [0]));
    });
}

/// The number after `name=`.
fn number(line: &str, name: &str) -> u64 {
    let mut words = line.split([' ', ':']);
    let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    value
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("no {name} in {line:?}"))
}

fn main() -> anyhow::Result<()> {
    if env::args().nth(1).as_deref() == Some("work") {
        work();
        return Ok(());
    }
    let mut child = Command::new(env::current_exe()?)
        .arg("work")
        .env("RTDEBUG", "schedtrace=20")
        .env("GOMAXPROCS", "3")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stderr.take().expect("it is a pipe")).lines();
    let lines: Vec<String> = lines.take(4).collect::<Result<_, _>>()?;
    drop(child.stdin.take());
    assert!(child.wait()?.success());

    let mut before = 0;
    for line in &lines {
        println!("{line}");
        let time = line
            .strip_prefix("SCHED ")
            .and_then(|rest| rest.split_once("ms: "));
        let time: u64 = time.expect("a time").0.parse()?;
        assert!(time > before, "time goes on");
        before = time;
        assert_eq!(number(line, "gomaxprocs"), 3);
        assert!(number(line, "idleprocs") <= 3);
        let queues = line
            .split(['[', ']'])
            .nth(1)
            .expect("the rings")
            .split_whitespace();
        assert_eq!(
            queues.map(str::parse::<u64>).filter(Result::is_ok).count(),
            3
        );
    }
    assert_eq!(lines.len(), 4);
    Ok(())
}
