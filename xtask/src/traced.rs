//! One run of a lesson under the tracer of the chapter `syscalls`, with everything that it starts, from
//! its `main` on, and with a deadline.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use syscalls::event::Event;
use syscalls::filter::Filter;
use syscalls::trace::{Command, Ending, Error, Options, Tracer};

/// As for an untraced run, with some more for the tracer.
const DEADLINE: Duration = Duration::from_secs(120);

/// What came of a traced run, beside its events.
pub(crate) struct Traced {
    /// How it ended, when not well.
    pub(crate) trouble: Option<String>,
    /// What it printed.
    pub(crate) output: String,
}

/// What to trace of a lesson: the calls that `filter` lets pass, with or without their stacks.
pub(crate) fn options(filter: Filter, stack: bool) -> Options {
    Options {
        follow: true,
        from_main: true,
        filter,
        stack,
        ..Options::default()
    }
}

/// Shows each event to `see` as it comes. The outer error is ours, the inner one the tracer's.
pub(crate) fn run(
    executable: &Path,
    options: Options,
    see: impl FnMut(&Event) + Send,
) -> Result<Result<Traced, Error>> {
    let (mut reader, writer) = io::pipe()?;
    let printed = thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| bytes)
    });
    let command = Command::new(executable)
        .env("RUST_BACKTRACE", "0")
        .stdin(File::open("/dev/null")?)
        .stdout(writer.try_clone()?)
        .stderr(writer);
    let trouble = watch(command, options, see)?;
    // The pipe has ended with the command, which held its other end, and all that it started.
    let output = join(printed.join())??;
    Ok(trouble.map(|trouble| Traced {
        trouble,
        output: String::from_utf8_lossy(&output).into_owned(),
    }))
}

/// What the thread that traces and the one that watches the clock tell each other.
#[derive(Default)]
struct Watch {
    /// The lesson's process; 0 until it is there.
    process: AtomicI32,
    expired: AtomicBool,
}

/// How a run ended when not well, unless there was none.
type Trouble = std::result::Result<Option<String>, Error>;

/// Traces on a thread of its own, which can wait for ever, while this one watches the clock.
fn watch(command: Command, options: Options, see: impl FnMut(&Event) + Send) -> Result<Trouble> {
    let watch = Watch::default();
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        let tracing = scope.spawn(|| {
            let trouble = follow(command, options, &watch, see);
            // Whoever waits for it may have given up.
            let _ = ended.send(());
            trouble
        });
        if end.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
            watch.expired.store(true, Ordering::SeqCst);
            // Its end is an event, which the other thread waits for.
            let _ = kill(
                Pid::from_raw(watch.process.load(Ordering::SeqCst)),
                Signal::SIGKILL,
            );
        }
        join(tracing.join())
    })
}

fn follow(
    command: Command,
    options: Options,
    watch: &Watch,
    mut see: impl FnMut(&Event),
) -> Trouble {
    let mut tracer = Tracer::spawn(&command, options)?;
    // The pipe's end in here would keep it from ending.
    drop(command);
    while let Some(event) = tracer.next()? {
        let _ = watch
            .process
            .compare_exchange(0, event.pid, Ordering::SeqCst, Ordering::SeqCst);
        if watch.expired.load(Ordering::SeqCst) {
            let trouble = format!("had not ended after {} s", DEADLINE.as_secs());
            return Ok(Some(trouble));
        }
        see(&event);
    }
    Ok(match tracer.ending() {
        Some(Ending::Exited(0)) => None,
        Some(Ending::Exited(status)) => Some(format!("ended with status {status}")),
        Some(Ending::Killed(signal)) => Some(format!("ended by signal {signal}")),
        None => Some("its end was not seen".to_owned()),
    })
}

fn join<T>(joined: thread::Result<T>) -> Result<T> {
    joined.map_err(|_| anyhow!("a thread of the tracer panicked"))
}
