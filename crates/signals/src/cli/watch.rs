//! `signals watch`: what comes to this process, and from whom.
//!
//! Sound: `localtime_r` is given a time and a place of our own to write to.
#![allow(unsafe_code)]

use std::io::{self, Write};
use std::mem::MaybeUninit;
use std::process::{self, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::libc;
use signals::send::command_name;
use signals::signal::{ChildChange, Origin, Received, Signal};
use signals::stream::Incoming;

/// Print each signal that comes: when, which, who sent it.
///
/// Without SIG: all that can be caught, but for faults. Ends at the second INT or TERM, or after
/// --count signals. What cannot be caught (KILL, STOP) is not shown.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Watch {
    /// End after so many
    #[arg(short, long, value_name = "N")]
    count: Option<u64>,

    /// Names or numbers
    #[arg(value_name = "SIG")]
    signals: Vec<Signal>,
}

const EXAMPLES: &str = "\
Examples:
  signals watch                    then type ctrl-C, resize the window, kill it from elsewhere
  signals watch USR1 RTMIN --count 2";

impl Watch {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let signals = match self.signals.is_empty() {
            true => Signal::all()
                .filter(|signal| signal.can_be_caught() && !signal.is_fault())
                .collect(),
            false => self.signals,
        };
        let incoming = Incoming::new(signals)?;
        let mut out = io::stdout().lock();
        writeln!(out, "watching as process {}", process::id())?;
        let mut wishes_to_end = 0;
        for (number, received) in (1..).zip(incoming) {
            let received = received?;
            writeln!(out, "{} {}", now(), tell(&received))?;
            if matches!(received.signal, Signal::INT | Signal::TERM) {
                wishes_to_end += 1;
            }
            if wishes_to_end == 2 || self.count.is_some_and(|count| number >= count) {
                break;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// `USR1 from 4711 (bash), user 1000`.
fn tell(received: &Received) -> String {
    let Received {
        signal,
        origin,
        pid,
        uid,
        value,
    } = received;
    let mut line = format!("{signal:<8} {}", how(*origin));
    if let Some(pid) = pid {
        // At once: the sender may be about to end.
        let name = command_name(*pid).unwrap_or_else(|| "ended".into());
        line += &format!(" {pid} ({name})");
    }
    if let Some(uid) = uid {
        line += &format!(", user {uid}");
    }
    if let Some(value) = value {
        line += &format!(", value {value}");
    }
    line
}

fn how(origin: Origin) -> String {
    match origin {
        Origin::Kill => "from".into(),
        Origin::Queue => "queued by".into(),
        Origin::Thread => "to one thread, from".into(),
        Origin::Kernel => "from the kernel".into(),
        Origin::Timer => "from a timer".into(),
        Origin::Child(ChildChange::Exited) => "ended: child".into(),
        Origin::Child(ChildChange::Killed) => "killed: child".into(),
        Origin::Child(ChildChange::Stopped) => "stopped: child".into(),
        Origin::Child(ChildChange::Continued) => "goes on: child".into(),
        Origin::Other(code) => format!("with code {code}"),
        Origin::Unknown => "from somebody".into(),
    }
}

/// The local time of day, with milliseconds.
fn now() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = since.as_secs() as libc::time_t;
    let mut time = MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both places are ours; localtime_r keeps nothing of them.
    unsafe { libc::localtime_r(&seconds, time.as_mut_ptr()) };
    // SAFETY: it was all zero, which is a tm, before localtime_r filled it.
    let time = unsafe { time.assume_init() };
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        time.tm_hour,
        time.tm_min,
        time.tm_sec,
        since.subsec_millis()
    )
}
