//! One run of a lesson, as those see it who watch it and those who end it.
//!
//! A thread of its own builds the program, runs it, and writes into the log; others wait for news of the
//! log, or want the run to end. What is to be killed then changes: cargo's process group, the traced
//! tasks, a program's group, nothing. Both sides go through one lock: who wants the end says so before
//! he looks what there is to kill, and what there is to kill is said before it is used; so nothing
//! starts that is not ended.

use std::collections::BTreeSet;
use std::process::{Child, ExitStatus};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use super::log::Log;
use crate::group;

/// How often is looked whether a process has ended that has nothing more to say.
const LOOK: Duration = Duration::from_millis(5);

/// Why a run was ended from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reason {
    /// Somebody has asked for it.
    Stopped,
    /// Nobody has asked for news for so long.
    Abandoned,
    /// The program took too long.
    Expired,
    /// The server ends.
    Closing,
}

/// What has to be killed for a run to end.
#[derive(Debug)]
enum Victim {
    Nobody,
    /// A process group, by its leader.
    Group(i32),
    /// Processes under a tracer. When one of them ends the tracer wakes, and ends all others.
    Traced(BTreeSet<i32>),
}

#[derive(Debug)]
struct Control {
    victim: Victim,
    ended: Option<Reason>,
    /// When its time began: the build has more of it than the program.
    began: Instant,
    limit: Duration,
    /// When somebody last asked for news, or stopped waiting for them.
    asked: Instant,
    /// How many wait for news.
    waiting: usize,
}

/// A run, done or not.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: u64,
    log: Mutex<Log>,
    news: Condvar,
    control: Mutex<Control>,
}

impl Run {
    /// A run that is about to begin, with its build, which may take as long as `limit`.
    pub(super) fn new(id: u64, limit: Duration) -> Self {
        let now = Instant::now();
        Self {
            id,
            log: Mutex::default(),
            news: Condvar::new(),
            control: Mutex::new(Control {
                victim: Victim::Nobody,
                ended: None,
                began: now,
                limit,
                asked: now,
                waiting: 0,
            }),
        }
    }

    /// Writes into the log, and wakes who waits for that.
    pub(super) fn tell(&self, what: impl FnOnce(&mut Log)) {
        what(&mut lock(&self.log));
        self.news.notify_all();
    }

    /// The events from `from` on; waits up to `patience` for there to be some.
    pub(super) fn events(&self, from: usize, patience: Duration) -> Value {
        lock(&self.control).waiting += 1;
        let log = lock(&self.log);
        let idle = |log: &mut Log| !log.has_news(from);
        let waited = self.news.wait_timeout_while(log, patience, idle);
        let (mut log, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let (events, next, done) = log.since(from);
        let answer = json!({"events": events, "next": next, "done": done});
        drop(log);
        let mut control = lock(&self.control);
        control.waiting -= 1;
        control.asked = Instant::now();
        answer
    }

    /// Why it was ended, if it was.
    pub(super) fn ended(&self) -> Option<Reason> {
        lock(&self.control).ended
    }

    /// Ends it, unless that has happened already.
    pub(super) fn end(&self, reason: Reason) {
        let mut control = lock(&self.control);
        if control.ended.is_none() {
            control.ended = Some(reason);
            control.victim.kill();
        }
    }

    /// Ends it if its time is over, or if nobody has asked for it for `patience`.
    pub(super) fn look_after(&self, patience: Duration) {
        let control = lock(&self.control);
        let reason = if control.began.elapsed() > control.limit {
            Reason::Expired
        } else if control.waiting == 0 && control.asked.elapsed() > patience {
            Reason::Abandoned
        } else {
            return;
        };
        drop(control);
        self.end(reason);
    }

    /// The program begins, and has `limit`.
    pub(super) fn begin_program(&self, limit: Duration) {
        let mut control = lock(&self.control);
        control.began = Instant::now();
        control.limit = limit;
    }

    /// From now on the group of `child` is what is to be killed. Fails when the run was ended; the
    /// group has been killed then.
    pub(super) fn lead(&self, child: &Child) -> Result<()> {
        self.expose(Victim::Group(child.id().cast_signed()))
    }

    /// From now on these traced processes are; more come with [`trace`](Self::trace).
    pub(super) fn lead_traced(&self, processes: impl IntoIterator<Item = i32>) -> Result<()> {
        self.expose(Victim::Traced(processes.into_iter().collect()))
    }

    /// A traced process was seen, or its end. Fails when the run was ended.
    pub(super) fn trace(&self, process: i32, lives: bool) -> Result<()> {
        let mut control = lock(&self.control);
        if let Victim::Traced(processes) = &mut control.victim {
            if lives {
                processes.insert(process);
            } else {
                processes.remove(&process);
            }
        }
        match control.ended {
            Some(_) => bail!("ended"),
            None => Ok(()),
        }
    }

    /// Nothing is to be killed any more: what there was has ended.
    pub(super) fn release(&self) {
        lock(&self.control).victim = Victim::Nobody;
    }

    /// Waits for `child`, which has said already all it had to say.
    pub(super) fn wait(&self, child: &mut Child) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.reap(child)? {
                return Ok(status);
            }
            thread::sleep(LOOK);
        }
    }

    /// How long the program has run, or before it the build.
    pub(super) fn elapsed(&self) -> Duration {
        lock(&self.control).began.elapsed()
    }

    /// The status of `child` if it has ended. Its number is free for others from then on, so nobody
    /// kills meanwhile.
    fn reap(&self, child: &mut Child) -> Result<Option<ExitStatus>> {
        let mut control = lock(&self.control);
        let status = child.try_wait()?;
        if status.is_some() {
            // What it has left behind, if anything, still holds the number of the group.
            control.victim.kill();
            control.victim = Victim::Nobody;
        }
        Ok(status)
    }

    fn expose(&self, victim: Victim) -> Result<()> {
        let mut control = lock(&self.control);
        control.victim = victim;
        if control.ended.is_some() {
            control.victim.kill();
            bail!("ended");
        }
        Ok(())
    }
}

impl Victim {
    fn kill(&self) {
        match self {
            Victim::Nobody => {}
            Victim::Group(leader) => group::kill(*leader),
            Victim::Traced(processes) => {
                for process in processes {
                    let _ = kill(Pid::from_raw(*process), Signal::SIGKILL);
                }
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
