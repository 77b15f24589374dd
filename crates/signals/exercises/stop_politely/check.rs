//! How three children end: one that heeds SIGTERM, one that ignores it, one that has ended already.
//!
//! ```syscalls
//! kill($heeds, SIGTERM) = 0
//! wait4($heeds, *WIFEXITED(s) && WEXITSTATUS(s) == 7*, *) = $heeds
//! kill($stubborn, SIGTERM) = 0
//! kill($stubborn, SIGKILL) = 0
//! wait4($stubborn, *WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL*, *) = $stubborn
//! ```

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::exercise;

pub fn main() {
    // If the patience were waited for in any case, this would not end in time.
    let heeds = stop(child("trap 'exit 7' TERM"), Duration::from_secs(60));
    assert_eq!(
        heeds.code(),
        Some(7),
        "this child ends itself with status 7 at SIGTERM; its status is {heeds:?}"
    );
    println!("✓ who heeds SIGTERM ends in its own way, and is not waited for any longer");

    let (patience, start) = (Duration::from_millis(300), Instant::now());
    let stubborn = stop(child("trap '' TERM"), patience);
    assert_eq!(
        stubborn.signal(),
        Some(9),
        "this child ignores SIGTERM and is to be killed; its status is {stubborn:?}"
    );
    assert!(
        start.elapsed() >= patience,
        "it was killed before its time was over"
    );
    println!("✓ who ignores it is killed when the patience is over");

    let mut gone = Command::new("sh")
        .args(["-c", "exit 3"])
        .spawn()
        .expect("sh");
    gone.wait().expect("it ends");
    assert_eq!(
        stop(gone, patience).code(),
        Some(3),
        "it had ended with 3 before"
    );
    println!("✓ who has ended before keeps the status");
}

/// A shell that has set its trap, and now turns for ever.
fn child(trap: &str) -> Child {
    let (mut ready, writer) = io::pipe().expect("a pipe");
    let script = format!("{trap}; echo; exec >&-; while :; do sleep 0.02; done");
    let mut command = Command::new("sh");
    command
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(writer);
    let child = command.spawn().expect("sh starts");
    drop(command);
    ready
        .read_exact(&mut [0])
        .expect("it says that it is ready");
    child
}

fn stop(mut child: Child, patience: Duration) -> ExitStatus {
    let pid = child.id();
    let (told, result) = mpsc::channel();
    thread::spawn(move || told.send(exercise::stop(&mut child, patience)));
    let Ok(result) = result.recv_timeout(Duration::from_secs(10)) else {
        let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        panic!("stop has not returned after ten seconds");
    };
    result.expect("a child can be told to end")
}
