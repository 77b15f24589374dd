//! One run of a program that may be wrong in every way: with a limit, and without a process that
//! outlives it.

use std::io::{self, Read};
use std::path::Path;
use std::process::{self, Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::{group, signals};

/// The status of a program whose main thread has panicked.
pub(crate) const PANICKED: i32 = 101;

/// What it prints beyond this is not kept.
const MOST_OUTPUT: usize = 256 * 1024;

/// What a program did.
pub(crate) struct Run {
    /// How it ended, when not well.
    pub(crate) trouble: Option<String>,
    /// Its status; none when a signal ended it.
    pub(crate) status: Option<i32>,
    /// Standard output and standard error, in the order of writing.
    pub(crate) output: String,
}

/// Runs it in a process group of its own, which is killed at the limit, and at an interrupt when
/// [`interrupts_end_programs`].
pub(crate) fn run(executable: &Path, arguments: &[&str], limit: Duration) -> Result<Run> {
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new(executable);
    command
        .args(arguments)
        // A claim that fell says so in a line; forty lines of the panic machinery would hide it.
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer);
    group::of_its_own(&mut command);
    let mut child =
        spawn(&mut command).with_context(|| format!("cannot start {}", executable.display()))?;
    // It holds the pipe's other end, which has to be the programs' alone.
    drop(command);
    let run = follow(&mut child, reader, limit);
    running().retain(|&leader| leader != child.id().cast_signed());
    run
}

fn follow(child: &mut Child, mut printed: io::PipeReader, limit: Duration) -> Result<Run> {
    let (send, pieces) = mpsc::sync_channel(16);
    thread::spawn(move || {
        let mut piece = [0; 4096];
        // Until the end, which comes when all that the program started has ended too.
        while let Ok(count @ 1..) = printed.read(&mut piece) {
            if send.send(piece[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let mut output = Vec::new();
    let end = Instant::now() + limit;
    let expired = loop {
        let rest = end.saturating_duration_since(Instant::now());
        match pieces.recv_timeout(rest) {
            // It may print for ever.
            Ok(_) if rest.is_zero() => break true,
            Ok(piece) if output.len() < MOST_OUTPUT => output.extend(piece),
            Ok(_) => {}
            Err(RecvTimeoutError::Disconnected) => break false,
            Err(RecvTimeoutError::Timeout) => break true,
        }
    };
    let mut ended = child.try_wait()?;
    // One that has closed its output may go on.
    while ended.is_none() && Instant::now() < end {
        thread::sleep(Duration::from_millis(5));
        ended = child.try_wait()?;
    }
    let leader = child.id().cast_signed();
    if ended.is_none() {
        group::kill(leader);
    }
    let status = child.wait()?;
    // What it has left behind.
    group::kill(leader);
    let seconds = limit.as_secs();
    let trouble = match (expired, ended) {
        (_, None) => Some(format!("had not ended after {seconds} s")),
        (true, Some(_)) => Some(format!(
            "left something running, which had not ended after {seconds} s"
        )),
        (false, Some(_)) if status.success() => None,
        (false, Some(_)) => Some(format!("ended with {status}")),
    };
    Ok(Run {
        trouble,
        status: status.code(),
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// The groups that an interrupt has to end, by their leaders. The lock is held while one begins, so that
/// no interrupt comes between a process and the note of it.
static RUNNING: Mutex<Vec<i32>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<i32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn(command: &mut Command) -> io::Result<Child> {
    let mut running = running();
    let child = command.spawn()?;
    running.push(child.id().cast_signed());
    Ok(child)
}

/// From now on an interrupt of this program ends what runs first: Ctrl-C reaches the terminal's foreground
/// group, and so not a program in a group of its own.
pub(crate) fn interrupts_end_programs() -> io::Result<()> {
    let mut caught = signals::catch()?;
    thread::Builder::new().spawn(move || {
        let mut signal = [0];
        // The other end of the pipe is never closed.
        if caught.read_exact(&mut signal).is_ok() {
            running().iter().copied().for_each(group::kill);
            process::exit(128 + i32::from(signal[0]));
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::fs::File;

    use nix::sys::signal::{Signal, kill};
    use nix::sys::stat::Mode;
    use nix::unistd::{Pid, mkfifo};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// Names the pipe to the test below when it is run as the program to be interrupted.
    const PIPE: &str = "XTASK_TEST_PIPE";

    #[test]
    fn an_interrupt_ends_a_program_and_what_it_has_started() {
        if let Ok(pipe) = env::var(PIPE) {
            interrupts_end_programs().unwrap();
            let program = format!("exec 3>'{pipe}'; sleep 1000 & wait");
            run(Path::new("/bin/sh"), &["-c", &program], 10 * PATIENCE).unwrap();
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        mkfifo(&pipe, Mode::S_IRWXU).unwrap();
        let test = "process::tests::an_interrupt_ends_a_program_and_what_it_has_started";
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", test])
            .env(PIPE, &pipe)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (send, news) = mpsc::channel();
        thread::spawn(move || {
            // The pipe opens when the program does, and ends when the last has ended that holds it.
            let mut pipe = File::open(pipe).unwrap();
            send.send("begun").unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap();
            send.send("ended").unwrap();
        });
        assert_eq!(news.recv_timeout(PATIENCE), Ok("begun"));
        kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM).unwrap();
        assert_eq!(
            child.wait().unwrap().code(),
            Some(128 + Signal::SIGTERM as i32)
        );
        assert_eq!(news.recv_timeout(PATIENCE), Ok("ended"));
    }
}
