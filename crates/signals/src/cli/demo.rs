//! What the tool shows when it is called without arguments.

use std::io::Write;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use nix::unistd::{Pid, getpid};
use signals::context::NotifyContext;
use signals::send::{queue, raise, terminate_then_kill};
use signals::set::SignalSet;
use signals::signal::Signal;
use signals::source::Signals;

/// # Errors
///
/// Failures of the children, of the signals and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    asked(out)?;
    merged(out)?;
    queued(out)?;
    forced(out)?;
    writeln!(
        out,
        "\nTry next:\n  \
         cargo run -p signals -- watch            (then type ctrl-C, twice)\n  \
         cargo run -p signals -- timeout 1.5 sleep 60\n  \
         cargo xtask tour signals"
    )?;
    Ok(())
}

/// A context is over when a signal comes.
fn asked(out: &mut impl Write) -> anyhow::Result<()> {
    let context = NotifyContext::new(&[Signal::INT, Signal::TERM])?;
    raise(Signal::TERM)?;
    let cause = context.wait_timeout(Duration::from_secs(10));
    cause.context("no signal came")?;
    writeln!(
        out,
        "Sent TERM to ourselves: a context is over, the program goes on."
    )?;
    Ok(())
}

/// A standard signal is pending or not: there is no count.
fn merged(out: &mut impl Write) -> anyhow::Result<()> {
    let mut source = Signals::new([Signal::USR1])?;
    let blocked = SignalSet::from_iter([Signal::USR1]).block()?;
    for _ in 0..5 {
        raise(Signal::USR1)?;
    }
    drop(blocked);
    let times = source.batch(Some(Duration::from_secs(10)))?.len();
    writeln!(
        out,
        "Sent USR1 five times while it was blocked: delivered {times} time."
    )?;
    Ok(())
}

/// A real-time signal queues, with a number beside it.
fn queued(out: &mut impl Write) -> anyhow::Result<()> {
    let Some(signal) = Signal::real_time(0) else {
        return Ok(());
    };
    let mut source = Signals::new([signal])?;
    let blocked = SignalSet::from_iter([signal]).block()?;
    for value in 1..=5 {
        queue(getpid(), signal, value)?;
    }
    drop(blocked);
    let batch = source.batch(Some(Duration::from_secs(10)))?;
    let values: Vec<i32> = batch.iter().filter_map(|received| received.value).collect();
    writeln!(out, "The same with {signal}, and a value each: {values:?}.")?;
    Ok(())
}

/// Who does not listen to TERM gets KILL.
fn forced(out: &mut impl Write) -> anyhow::Result<()> {
    let script = "trap '' TERM; echo; while :; do sleep 0.05; done";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .context("cannot run sh")?;
    // Its line says that it has set its trap.
    let mut line = [0];
    let stdout = child.stdout.as_mut().context("a pipe was asked for")?;
    std::io::Read::read_exact(stdout, &mut line)?;
    let pid = Pid::from_raw(i32::try_from(child.id())?);
    let ended = terminate_then_kill(pid, Duration::from_millis(200))?;
    child.wait()?;
    writeln!(
        out,
        "A shell that ignores TERM was ended by {} after {:.1?}.",
        ended.by, ended.after
    )?;
    Ok(())
}
