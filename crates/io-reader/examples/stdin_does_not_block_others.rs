//! A thread that waits for standard input stops nobody else: the ticker goes on.
//!
//! A read of a silent terminal or pipe blocks its thread until bytes or the end come. So it gets a
//! thread to itself and sends what it read down the channel that all other events use too: one
//! receiver waits for everything. In Go it is `select` over a ticker and a reading goroutine.
//!
//! No thread can be told to give its read up. When `main` returns the process ends, and the reader
//! with it.
//!
//! ```syscalls
//! write(1, "tick 1\n", 7) = 7
//! write(1, "tick 2\n", 7) = 7
//! read(0, "enough\n", 8192) = 7
//! write(1, "line \"enough\"\n", 14) = 14
//! read(0, "enough\n", *) x1
//! ```

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("child") {
        tick_until_a_line_comes();
        return Ok(());
    }
    let mut child = Command::new(std::env::current_exe()?)
        .arg("child")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut keyboard = child.stdin.take().expect("piped");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    let (sender, printed) = mpsc::channel();
    thread::spawn(move || send_each(output, &sender, |line| line));

    // Standard input is open and silent all this time: the read of it cannot have returned.
    for n in 1..=5 {
        let line = printed
            .recv_timeout(PATIENCE)
            .expect("nobody may wait for the reader");
        println!("{line}");
        assert_eq!(line, format!("tick {n}"));
    }
    keyboard.write_all(b"enough\n")?;
    let answer = std::iter::from_fn(|| printed.recv_timeout(PATIENCE).ok())
        .find(|line| !line.starts_with("tick"))
        .expect("an answer");
    println!("{answer}");
    assert_eq!(answer, "line \"enough\"");
    assert!(child.wait()?.success());
    Ok(())
}

enum Event {
    Tick(u32),
    Line(String),
}

fn tick_until_a_line_comes() {
    let (sender, events) = mpsc::channel();
    let to_main = sender.clone();
    thread::spawn(move || send_each(io::stdin().lock(), &to_main, Event::Line));
    thread::spawn(move || tick(&sender));
    for event in events {
        match event {
            Event::Tick(n) => println!("tick {n}"),
            Event::Line(line) => return println!("line {line:?}"),
        }
    }
}

fn tick(sender: &Sender<Event>) {
    for n in 1.. {
        thread::sleep(Duration::from_millis(10));
        if sender.send(Event::Tick(n)).is_err() {
            return;
        }
    }
}

/// Sends line after line, until the end, an error, or the receiver's death.
fn send_each<T>(input: impl BufRead, sender: &Sender<T>, event: impl Fn(String) -> T) {
    for line in input.lines().map_while(Result::ok) {
        if sender.send(event(line)).is_err() {
            return;
        }
    }
}
