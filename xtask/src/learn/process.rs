//! One run of a program that may be wrong in every way: with a limit, and without a process that
//! outlives it.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{self, Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

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

/// Runs it in a process group of its own, which is killed at the limit, and when this program is
/// interrupted.
pub(crate) fn run(executable: &Path, arguments: &[&str], limit: Duration) -> Result<Run> {
    let (reader, writer) = io::pipe()?;
    let mut command = Command::new(executable);
    command
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .process_group(0);
    let interruptible = Watched::begin()?;
    let mut child = interruptible
        .spawn(&mut command)
        .with_context(|| format!("cannot start {}", executable.display()))?;
    // It holds the pipe's other end, which has to be the programs' alone.
    drop(command);
    let run = follow(&mut child, reader, limit);
    drop(interruptible);
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
    let leader = Pid::from_raw(child.id().try_into()?);
    if ended.is_none() {
        kill_group(leader);
    }
    let status = child.wait()?;
    // What it has left behind.
    kill_group(leader);
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

/// The group that an interrupt has to end. The lock is held while it begins, so that no interrupt
/// comes between a process and the note of it.
static GROUP: Mutex<Option<Pid>> = Mutex::new(None);

/// While this lives, an interrupt of this program ends the group first.
///
/// Ctrl-C reaches the terminal's foreground group, and so not a program in a group of its own. The
/// thread that runs it blocks the signals, and with it those that it starts; one thread waits for
/// them. A program that `std` starts has nothing blocked.
struct Watched {
    signals: SigSet,
}

impl Watched {
    fn begin() -> Result<Self> {
        let signals: SigSet = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP]
            .into_iter()
            .collect();
        signals.thread_block()?;
        static WAITER: Once = Once::new();
        WAITER.call_once(|| {
            thread::spawn(move || {
                let signal = signals.wait();
                if let Some(group) = *lock() {
                    kill_group(group);
                }
                process::exit(128 + signal.map_or(0, |signal| signal as i32));
            });
        });
        Ok(Self { signals })
    }

    fn spawn(&self, command: &mut Command) -> Result<Child> {
        let mut group = lock();
        let child = command.spawn()?;
        *group = Some(Pid::from_raw(child.id().try_into()?));
        Ok(child)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        *lock() = None;
        // They were unblocked before; that they can be again is no question of this moment.
        let _ = self.signals.thread_unblock();
    }
}

fn lock() -> std::sync::MutexGuard<'static, Option<Pid>> {
    GROUP.lock().unwrap_or_else(PoisonError::into_inner)
}

/// It may have ended by itself.
fn kill_group(leader: Pid) {
    let _ = kill(Pid::from_raw(-leader.as_raw()), Signal::SIGKILL);
}
