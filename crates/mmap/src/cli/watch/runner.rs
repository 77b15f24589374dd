//! Runs a command whenever something has changed.
//!
//! One thread decides. Changes, the end of the command and signals come to it through one channel. The
//! promises: never two runs at once, not even a grandchild of the one beside the other; and after the
//! last change a run that began after it. For the second, changes are taken out of the channel *before*
//! a run starts: what comes later is a reason for the next.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use mmap::watch::WatchError;
use nix::sys::signal::{SigSet, Signal, raise};

use super::Watch;
use super::group::Group;
use crate::cli::complain;

enum Message {
    Changed,
    Failed(WatchError),
    /// A leader has ended, perhaps one of long ago.
    Ended,
    Interrupted(Signal),
}

pub(super) fn run(watch: &Watch) -> anyhow::Result<ExitCode> {
    let (sender, messages) = mpsc::channel();
    pass_signals_on(sender.clone())?;
    let tell = sender.clone();
    let _watcher = watch.watcher(move |what| {
        let message = what.map_or_else(Message::Failed, |_| Message::Changed);
        // The receiver is gone when we are about to end.
        let _ = tell.send(message);
    })?;
    let mut runner = Runner {
        watch,
        sender,
        messages,
        group: None,
    };
    if !watch.postpone {
        runner.start()?;
    }
    runner.serve()
}

struct Runner<'a> {
    watch: &'a Watch,
    sender: Sender<Message>,
    messages: Receiver<Message>,
    group: Option<Group>,
}

impl Runner<'_> {
    fn serve(&mut self) -> anyhow::Result<ExitCode> {
        loop {
            match self.messages.recv()? {
                Message::Changed => {
                    if let Some(signal) = self.stop(Signal::SIGTERM)? {
                        return end_by(signal);
                    }
                    self.start()?;
                }
                Message::Failed(error) => complain(error),
                Message::Ended => self.report(),
                Message::Interrupted(signal) => {
                    self.stop(signal)?;
                    return end_by(signal);
                }
            }
        }
    }

    fn start(&mut self) -> anyhow::Result<()> {
        let command = &self.watch.command;
        let ended = self.sender.clone();
        let group = Group::start(command, move || drop(ended.send(Message::Ended)));
        let group = group.with_context(|| format!("cannot run {}", command[0].display()))?;
        self.group = Some(group);
        Ok(())
    }

    fn report(&self) {
        if let Some(status) = self.group.as_ref().and_then(Group::status)
            && !status.success()
        {
            complain(format_args!("the command failed: {}", shown(status)));
        }
    }

    /// Ends the group: asks by `signal`, and kills what is left when the grace is over, or at once
    /// when we are interrupted (again) meanwhile; by which signal is the answer.
    fn stop(&mut self, signal: Signal) -> anyhow::Result<Option<Signal>> {
        let Some(group) = self.group.take() else {
            return Ok(None);
        };
        let deadline = Instant::now() + Duration::from_millis(self.watch.grace);
        group.signal(signal);
        let mut interrupted = None;
        while group.status().is_none() {
            match self.wait(deadline) {
                Some(Message::Interrupted(again)) => {
                    interrupted = Some(again);
                    group.signal(Signal::SIGKILL);
                }
                Some(Message::Failed(error)) => complain(error),
                // This change too is followed by the run that is about to start.
                Some(Message::Changed | Message::Ended) => {}
                None => group.signal(Signal::SIGKILL),
            }
        }
        group
            .finish(deadline)
            .context("cannot wait for the command")?;
        Ok(interrupted)
    }

    fn wait(&self, deadline: Instant) -> Option<Message> {
        // Past the deadline the group has been killed, and its end is a matter of moments.
        let rest = deadline.saturating_duration_since(Instant::now());
        let rest = rest.max(Duration::from_millis(2));
        self.messages.recv_timeout(rest).ok()
    }
}

fn shown(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("status {code}"),
        (None, Some(number)) => match Signal::try_from(number) {
            Ok(signal) => format!("killed by {signal}"),
            Err(_) => format!("killed by signal {number}"),
        },
        (None, None) => status.to_string(),
    }
}

/// Signals that would end us end the command first. They are blocked in all threads and taken by one
/// that does nothing else, so that no handler is needed.
fn pass_signals_on(sender: Sender<Message>) -> anyhow::Result<()> {
    let signals: SigSet = ENDING.into_iter().collect();
    signals.thread_block()?;
    thread::spawn(move || {
        while let Ok(signal) = signals.wait() {
            if sender.send(Message::Interrupted(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

const ENDING: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// Dies by `signal`, as whoever sent it expects; a shell that runs us in a loop ends the loop.
fn end_by(signal: Signal) -> anyhow::Result<ExitCode> {
    let signals: SigSet = [signal].into_iter().collect();
    raise(signal).map_err(io::Error::from)?;
    signals.thread_unblock()?;
    Ok(ExitCode::from(128 + signal as u8))
}
