//! "All goroutines are asleep": a runtime whose tasks wait for each other says so.
//!
//! When the last M goes to sleep there is nobody left who could wake a task: nothing runs, no timer is
//! set, nobody waits for the network or is in a system call. In Go that is the end of the program. In Rust
//! there is one more who could: a thread that is not the runtime's, and holds a waker. So
//! by default this is believed only when the process has no such thread.

use std::fmt::Write;

use super::machine::NOBODY;
use super::scheduler::{Central, Scheduler};
use super::task::{Phase, TaskInfo, TaskPointer};
use super::watch::earliest_timer;

/// Whether to say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// When no other thread of the process could wake anybody.
    #[default]
    WhenAlone,
    /// Whatever threads there are: nobody outside ever wakes a task.
    Always,
    /// Waits, whatever happens.
    Never,
}

/// All tasks of a runtime wait for each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{report}")]
pub struct Deadlock {
    pub(crate) report: String,
}

impl Scheduler {
    /// To be called by an M that is about to sleep, and is counted as asleep.
    pub(crate) fn check_dead(&self, central: &mut Central) {
        let watcher = usize::from(self.watch.last_poll().is_none());
        let asleep = central.idle_machines.len() + central.locked_asleep + watcher;
        if central.locked_asleep == 0
            || asleep < central.machines.len()
            || central.global.len() + central.returning.len() > 0
            || self.net.has_waiters()
            || earliest_timer(self) != u64::MAX
        {
            return;
        }
        let believed = match self.policy {
            Policy::Never => false,
            Policy::Always => true,
            Policy::WhenAlone => self.is_alone(central),
        };
        if !believed || self.is_stopping() {
            return;
        }
        central.deadlock = Some(self.report());
        for machine in central.machines.iter().filter(|machine| machine.locked) {
            machine.start_with(NOBODY, false);
        }
    }

    /// Whether all threads of the process are this runtime's.
    fn is_alone(&self, central: &Central) -> bool {
        let ours = central.machines.len() + usize::from(self.sysmon.is_running());
        super::threads::count().is_ok_and(|threads| threads <= ours)
    }

    fn report(&self) -> String {
        let tasks = self.tasks();
        let mut report = "all tasks are asleep - deadlock!\n".to_owned();
        if tasks.is_empty() {
            report.push_str("\nthere is no task but the one that was given to block_on\n");
        }
        for task in tasks {
            // Writing into a String does not fail.
            let _ = write!(report, "\n{task}\n");
        }
        report
    }

    /// All tasks that are not over, as far as can be told while they run.
    pub(crate) fn tasks(&self) -> Vec<TaskInfo> {
        let info = |(task, name): (TaskPointer, Option<String>)| TaskInfo {
            id: task.id(),
            name,
            phase: task.phase(),
            spawned_at: task.spawned_at(),
            waiting_for: task.waiting_for(),
        };
        let tasks = self.registry.all().into_iter().map(info);
        tasks.filter(|task| task.phase != Phase::Dead).collect()
    }
}
