//! The program ends when `main` returns, whatever its other threads are doing.
//!
//! `main` returns into code that calls `exit_group(2)`, and the kernel ends all threads of the
//! process where they are. No destructor of theirs runs, nothing in their buffers is written. Go's
//! goroutines fare no better: a program that starts them and returns often prints nothing.
//!
//! So whoever starts a thread decides who waits for it: by `join`, by a channel, or by
//! `thread::scope`, which does not return before all threads that were started in it have ended. A
//! tokio task shares this fate when its runtime is dropped.
//!
//! Here the worker is not slow by luck: its work ends when its standard input does, which the
//! parent holds open until it has seen `main` end, or else closes.
//!
//! ```syscalls
//! exit_group(0)
//! write(1, "the worker's line\n", 18) = 18
//! exit_group(0)
//! write(1, "the worker's line\n", 18) = 18 x1
//! ```

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::{env, mem};

fn main() -> io::Result<()> {
    match env::args().nth(1).as_deref() {
        Some("leave") => drop(start_worker()),
        Some("join") => start_worker().join().expect("the worker panicked"),
        _ => return watch(),
    }
    Ok(())
}

fn start_worker() -> JoinHandle<()> {
    thread::spawn(|| {
        let mut work = Vec::new();
        io::stdin().read_to_end(&mut work).expect("a pipe");
        println!("the worker's line");
    })
}

fn watch() -> io::Result<()> {
    let mut leaving = start("leave")?;
    // `wait` would close the child's input; so this end is kept elsewhere until it is over.
    let unfinished_work = mem::take(&mut leaving.stdin);
    let printed = leaving.wait_with_output()?.stdout;
    drop(unfinished_work);
    println!("without join: {:?}", String::from_utf8_lossy(&printed));
    assert_eq!(printed, b"");

    let printed = start("join")?.wait_with_output()?.stdout;
    println!("with join:    {:?}", String::from_utf8_lossy(&printed));
    assert_eq!(printed, b"the worker's line\n");
    Ok(())
}

fn start(how: &str) -> io::Result<Child> {
    Command::new(env::current_exe()?)
        .arg(how)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
}
