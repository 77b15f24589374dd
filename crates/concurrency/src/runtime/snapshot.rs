//! The scheduler's state at a moment, in the words of Go's `GODEBUG=schedtrace=…,scheddetail=1`.
//!
//! It is put together without stopping anybody, so its numbers are from slightly different moments, as
//! Go's are.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::machine::NOBODY;
use super::processor::Status;
use super::scheduler::Scheduler;
use super::task::TaskInfo;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Since the runtime was made.
    pub time: Duration,
    /// How many Ps may run.
    pub processors: usize,
    /// How many of them are idle.
    pub idle_processors: usize,
    /// How many Ms there are, sysmon included.
    pub threads: usize,
    /// How many Ms look for work.
    pub spinning_threads: usize,
    /// How many Ms sleep for want of work.
    pub idle_threads: usize,
    /// Tasks in the global queue.
    pub global_queue: usize,
    /// The Ps.
    pub each_processor: Vec<ProcessorState>,
    /// The Ms.
    pub each_machine: Vec<MachineState>,
    /// The tasks.
    pub tasks: Vec<TaskInfo>,
    /// Whether sysmon sleeps deeply is not told; whether it was made is.
    pub sysmon_rounds: u64,
}

/// A P at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProcessorState {
    /// Its number.
    pub id: usize,
    /// What it is doing.
    pub status: Status,
    /// Tasks that it has run.
    pub tick: u32,
    /// System calls that were made with it.
    pub syscall_tick: u32,
    /// The M that has it.
    pub machine: Option<usize>,
    /// Tasks in its ring.
    pub queue: usize,
    /// Timers that it keeps.
    pub timers: usize,
}

/// An M at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineState {
    /// Its number.
    pub id: usize,
    /// The P that it has.
    pub processor: Option<usize>,
    /// The task that it runs.
    pub task: Option<u64>,
    /// Whether it looks for work.
    pub spinning: bool,
    /// Whether it sleeps.
    pub blocked: bool,
    /// Whether it runs one future only.
    pub locked: bool,
}

impl Snapshot {
    pub(crate) fn take(scheduler: &Scheduler) -> Self {
        let active = scheduler.active.load(Ordering::SeqCst);
        let each_processor = scheduler.processors[..active]
            .iter()
            .map(|p| ProcessorState {
                id: p.id,
                status: p.status(),
                tick: p.tick.load(Ordering::Relaxed),
                syscall_tick: p.syscall_tick.load(Ordering::Relaxed),
                machine: somebody(p.machine.load(Ordering::Relaxed)),
                queue: p.queue.len(),
                timers: p.timer_count(),
            });
        let each_processor = each_processor.collect();
        let tasks = scheduler.tasks();
        let central = scheduler.central();
        let each_machine = central.machines.iter().map(|m| MachineState {
            id: m.id,
            processor: somebody(m.processor.load(Ordering::Relaxed)),
            task: Some(m.current_task.load(Ordering::Relaxed)).filter(|&id| id != 0),
            spinning: m.spinning.load(Ordering::Relaxed),
            blocked: m.blocked.load(Ordering::Relaxed),
            locked: m.locked,
        });
        Snapshot {
            time: scheduler.start.elapsed(),
            processors: active,
            idle_processors: central.idle_processors.len(),
            threads: central.machines.len() + usize::from(scheduler.sysmon.is_running()),
            spinning_threads: scheduler.spinning.load(Ordering::Relaxed),
            idle_threads: central.idle_machines.len(),
            global_queue: central.global.len(),
            each_processor,
            each_machine: each_machine.collect(),
            tasks,
            sysmon_rounds: scheduler.sysmon.rounds(),
        }
    }

    /// One line, as `schedtrace=N` prints it.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.head();
        let queues: Vec<_> = self
            .each_processor
            .iter()
            .map(|p| p.queue.to_string())
            .collect();
        let _ = write!(line, " [ {} ]", queues.join(" "));
        line
    }

    /// The line's details, as `scheddetail=1` prints them: each P, each M, each task.
    #[must_use]
    pub fn detail(&self) -> String {
        let mut text = self.head();
        let _ = write!(
            text,
            " gcwaiting=false nmidlelocked={} stopwait=0 sysmonwait=false",
            self.each_machine
                .iter()
                .filter(|m| m.locked && m.blocked)
                .count()
        );
        for p in &self.each_processor {
            let _ = write!(
                text,
                "\n  P{}: status={} schedtick={} syscalltick={} m={} runqsize={} gfreecnt=0 timerslen={}",
                p.id,
                p.status as u32,
                p.tick,
                p.syscall_tick,
                Named(p.machine),
                p.queue,
                p.timers
            );
        }
        for m in &self.each_machine {
            let _ = write!(
                text,
                "\n  M{}: p={} curg={} mallocing=0 throwing=0 preemptoff= locks=0 dying=0 spinning={} blocked={} lockedg={}",
                m.id,
                Named(m.processor),
                Named(m.task),
                m.spinning,
                m.blocked,
                if m.locked { "0" } else { "nil" }
            );
        }
        for task in &self.tasks {
            let runs_on = self.each_machine.iter().find(|m| m.task == Some(task.id.0));
            let _ = write!(
                text,
                "\n  G{}: status={}({}) m={} lockedm=nil",
                task.id,
                status_number(task.phase),
                task.waiting_for.map_or("", |reason| reason.what),
                Named(runs_on.map(|m| m.id))
            );
        }
        text
    }

    fn head(&self) -> String {
        format!(
            "SCHED {}ms: gomaxprocs={} idleprocs={} threads={} spinningthreads={} needspinning=0 idlethreads={} runqueue={}",
            self.time.as_millis(),
            self.processors,
            self.idle_processors,
            self.threads,
            self.spinning_threads,
            self.idle_threads,
            self.global_queue
        )
    }
}

/// A number, or Go's word for none.
struct Named<T>(Option<T>);

impl<T: std::fmt::Display> std::fmt::Display for Named<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("nil"),
        }
    }
}

/// Go's numbers: `_Grunnable`, `_Grunning`, `_Gwaiting`, `_Gdead`.
fn status_number(phase: super::task::Phase) -> u32 {
    use super::task::Phase;
    match phase {
        Phase::Runnable => 1,
        Phase::Running => 2,
        Phase::Waiting => 4,
        Phase::Dead => 6,
    }
}

fn somebody(id: usize) -> Option<usize> {
    (id != NOBODY).then_some(id)
}
