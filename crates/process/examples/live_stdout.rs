//! A child's two outputs are read as they come, by one thread that polls both pipes.
//!
//! `Command::output` collects everything and shows it at the end. To show each line as it comes, one has
//! to read two pipes at once: whoever reads standard output to its end first lets the other one fill up,
//! and then child and parent wait for each other for ever. `poll(2)` waits for both. std does the same
//! inside `output`.
//!
//! The child here is `sh`, whose `echo` writes at once. Most programs collect 4 KiB first when they see a
//! pipe; the lesson `pretend-terminal` has the cure.
//!
//! ```syscalls
//! *poll([{fd=$out, events=POLLIN}, {fd=$err, events=POLLIN}]*
//! ```

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use process::spawn::Spawn;

/// Waits for an answer to each line: if the lines did not come as they are written, all would stand still.
const SCRIPT: &str = "for i in 1 2 3; do echo line $i; read answer; done; echo oh no >&2";

struct Output {
    name: &'static str,
    pipe: File,
    open: bool,
}

fn main() -> anyhow::Result<()> {
    let ((out, child_out), (err, child_err)) = (io::pipe()?, io::pipe()?);
    let (child_in, mut answers) = io::pipe()?;
    let mut child = Spawn::new("/bin/sh");
    child.args(["-c", SCRIPT]);
    child.fd(0, child_in.as_fd());
    child.fd(1, child_out.as_fd()).fd(2, child_err.as_fd());
    let start = Instant::now();
    let mut child = child.spawn()?;
    // Our copies would keep the pipes open after the child's end.
    drop((child_in, child_out, child_err));

    let output = |name, pipe| Output {
        name,
        pipe,
        open: true,
    };
    let mut outputs = [
        output("out", OwnedFd::from(out).into()),
        output("err", OwnedFd::from(err).into()),
    ];
    let mut seen = Vec::new();
    while outputs.iter().any(|output| output.open) {
        for index in wait(&outputs)? {
            let output = &mut outputs[index];
            let mut bytes = [0; 512];
            let count = output.pipe.read(&mut bytes)?;
            output.open = count > 0;
            for line in String::from_utf8_lossy(&bytes[..count]).lines() {
                println!("{:>9.3?} {}: {line}", start.elapsed(), output.name);
                seen.push(format!("{}: {line}", output.name));
                if output.name == "out" {
                    answers.write_all(b"seen\n")?;
                }
            }
        }
    }
    assert!(child.wait()?.success());
    assert_eq!(
        seen,
        ["out: line 1", "out: line 2", "out: line 3", "err: oh no"]
    );
    Ok(())
}

/// The outputs that have something, or have ended.
fn wait(outputs: &[Output]) -> nix::Result<Vec<usize>> {
    let open: Vec<usize> = (0..outputs.len())
        .filter(|&index| outputs[index].open)
        .collect();
    let entry = |&index: &usize| PollFd::new(outputs[index].pipe.as_fd(), PollFlags::POLLIN);
    let mut fds: Vec<_> = open.iter().map(entry).collect();
    poll(&mut fds, PollTimeout::NONE)?;
    let ready = open
        .iter()
        .zip(&fds)
        .filter(|(_, fd)| fd.any() == Some(true));
    Ok(ready.map(|(&index, _)| index).collect())
}
