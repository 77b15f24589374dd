//! One job in four styles: processes, events, threads and a stream give one result.
//!
//! Count the lines of four texts. Processes share nothing and talk through pipes; an event loop is
//! one thread that takes what is ready; threads share memory; a stream sends the data past its
//! stages. They differ in what they cost, what they can share and how they fail, not in what they
//! can do.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{env, io, thread};

use concurrency::patterns::pipeline::{source, stage};
use concurrency::runtime::{Runtime, spawn, yield_now};

fn texts() -> Vec<String> {
    (1..=4).map(|n| "line\n".repeat(100 * n)).collect()
}

fn count(text: &str) -> usize {
    text.lines().count()
}

fn processes() -> io::Result<usize> {
    let mut sum = 0;
    let mut children = Vec::new();
    for text in texts() {
        let mut child = Command::new(env::current_exe()?)
            .arg("count")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        // Dropped after it: the end of the child's input.
        child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(text.as_bytes())?;
        children.push(child);
    }
    for child in children {
        let output = child.wait_with_output()?.stdout;
        sum += String::from_utf8_lossy(&output)
            .trim()
            .parse::<usize>()
            .expect("a number");
    }
    Ok(sum)
}

fn events() -> usize {
    let runtime = concurrency::runtime::Builder::new().processors(1);
    runtime.build().expect("a thread").block_on(async {
        let tasks = texts().into_iter().map(|text| {
            spawn(async move {
                let mut lines = 0;
                for line in text.lines() {
                    lines += count(line);
                    yield_now().await;
                }
                lines
            })
        });
        let mut sum = 0;
        for task in tasks.collect::<Vec<_>>() {
            sum += task.await.expect("it does not panic");
        }
        sum
    })
}

fn threads() -> usize {
    let texts = texts();
    thread::scope(|scope| {
        let threads: Vec<_> = texts
            .iter()
            .map(|text| scope.spawn(|| count(text)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    })
}

fn streaming() -> usize {
    Runtime::new().block_on(async {
        let counts = stage(source(texts(), 1), 1, |text| count(&text));
        let mut sum = 0;
        while let Ok(lines) = counts.recv_async().await {
            sum += lines;
        }
        sum
    })
}

type Style = fn() -> usize;

fn main() -> io::Result<()> {
    if env::args().nth(1).is_some() {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text)?;
        println!("{}", count(&text));
        return Ok(());
    }
    let styles: [(&str, Style); 4] = [
        ("processes", || processes().expect("children start")),
        ("events", events),
        ("threads", threads),
        ("streaming", streaming),
    ];
    for (name, style) in styles {
        let start = Instant::now();
        let lines = style();
        println!("{name:10} {lines} lines in {:.1?}", start.elapsed());
        assert_eq!(lines, 1_000);
    }
    Ok(())
}
