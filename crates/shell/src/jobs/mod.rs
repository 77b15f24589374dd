//! Jobs: what was started and has not been forgotten.
//!
//! The table is a pure thing: it is told what `waitpid` said, and answers questions. A job is a
//! pipeline, or a list that runs in a subshell; its processes are one process group when job control
//! is on (`set -m`), so that one signal stops all of it and one call gives it the terminal.

mod specification;
pub(crate) mod terminal;
mod text;

use nix::sys::termios::Termios;
use nix::unistd::Pid;

use crate::exec::signal;

pub use specification::SpecificationError;
pub(crate) use text::{of_and_or, of_commands};

/// More jobs than these that ended, and the oldest is forgotten. POSIX asks for CHILD_MAX, of which
/// 25 is the least.
const REMEMBERED: usize = 1024;

/// What a process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It runs, or could.
    Running,
    /// A signal has stopped it.
    Stopped(i32),
    /// It exited with this status.
    Exited(i32),
    /// This signal ended it.
    Killed(i32),
}

impl State {
    /// What `$?` says about it.
    #[must_use]
    pub fn status(self) -> i32 {
        match self {
            Self::Running => 0,
            Self::Exited(status) => status,
            Self::Stopped(signal) | Self::Killed(signal) => 128 + signal,
        }
    }

    /// Whether it will never run again.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Exited(_) | Self::Killed(_))
    }
}

/// One process of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: Pid,
    /// What it was doing when we last heard.
    pub state: State,
}

/// A pipeline or a list, started once.
#[derive(Debug, Clone)]
pub struct Job {
    /// `%1`
    pub number: usize,
    /// The process group of its own that it is in, with job control.
    pub group: Option<Pid>,
    /// In the order of the pipeline.
    pub processes: Vec<Process>,
    /// As it was written, more or less.
    pub text: String,
    /// How it had the terminal set when it stopped.
    pub modes: Option<Termios>,
    /// Whether the person knows the state it is in.
    pub told: bool,
    /// By `!`, the status is turned round.
    pub negated: bool,
    /// When it was last put in the background or stopped: later is higher.
    turn: u64,
}

impl Job {
    /// What the job as a whole is doing: it runs while a part runs, and is stopped while a part is.
    #[must_use]
    pub fn state(&self) -> State {
        let states = || self.processes.iter().map(|process| process.state);
        let last = states().next_back().unwrap_or(State::Exited(0));
        if states().any(|state| state == State::Running) {
            State::Running
        } else if let Some(stopped) = states().find(|state| matches!(state, State::Stopped(_))) {
            stopped
        } else {
            last
        }
    }

    /// Who to signal: the group, or every process.
    pub(crate) fn targets(&self) -> Vec<Pid> {
        match self.group {
            Some(group) => vec![Pid::from_raw(-group.as_raw())],
            None => self.processes.iter().map(|process| process.pid).collect(),
        }
    }

    /// A stopped part will run again: the caller sends SIGCONT.
    pub(crate) fn goes_on(&mut self) {
        for process in &mut self.processes {
            if matches!(process.state, State::Stopped(_)) {
                process.state = State::Running;
            }
        }
        self.told = true;
    }
}

/// The table.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    jobs: Vec<Job>,
    turns: u64,
    are_parents: bool,
}

impl Jobs {
    /// Puts a job into the table and gives its number: one more than the highest.
    pub fn add(&mut self, group: Option<Pid>, processes: Vec<Process>, text: String) -> usize {
        if std::mem::take(&mut self.are_parents) {
            self.jobs.clear();
        }
        self.forget_old();
        let number = self.jobs.last().map_or(1, |job| job.number + 1);
        self.turns += 1;
        self.jobs.push(Job {
            number,
            group,
            processes,
            text,
            modes: None,
            told: true,
            negated: false,
            turn: self.turns,
        });
        number
    }

    fn forget_old(&mut self) {
        let ended = |job: &Job| job.state().has_ended();
        if self.jobs.len() > REMEMBERED
            && let Some(oldest) = self.jobs.iter().position(ended)
        {
            self.jobs.remove(oldest);
        }
    }

    /// Notes what `waitpid` said about `pid`; false when no job has such a process.
    pub fn record(&mut self, pid: Pid, state: State) -> bool {
        let turn = self.turns + 1;
        for job in &mut self.jobs {
            // A number may be used again: the process that has ended is not meant.
            let mut processes = job.processes.iter_mut();
            let Some(process) = processes.find(|one| one.pid == pid && !one.state.has_ended())
            else {
                continue;
            };
            process.state = state;
            job.told = false;
            if matches!(state, State::Stopped(_)) {
                job.turn = turn;
                self.turns = turn;
            }
            return true;
        }
        false
    }

    /// The job with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Job> {
        self.jobs.iter().find(|job| job.number == number)
    }

    /// The job with this number, to change it.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.number == number)
    }

    /// The job whose process this is, the newest first.
    #[must_use]
    pub fn of_process(&self, pid: Pid) -> Option<&Job> {
        let has = |job: &&Job| job.processes.iter().any(|process| process.pid == pid);
        self.jobs.iter().rev().find(has)
    }

    /// Takes a job out of the table; [`Jobs::put_back`] returns it under its number.
    pub(crate) fn take(&mut self, number: usize) -> Option<Job> {
        let index = self.jobs.iter().position(|job| job.number == number)?;
        Some(self.jobs.remove(index))
    }

    /// Returns a job that was taken.
    pub(crate) fn put_back(&mut self, job: Job) {
        let number = job.number;
        let index = self.jobs.iter().position(|other| other.number > number);
        self.jobs.insert(index.unwrap_or(self.jobs.len()), job);
        self.put_last(number);
    }

    /// Makes a job the one that was put in the background or stopped last.
    pub(crate) fn put_last(&mut self, number: usize) {
        self.turns += 1;
        let turn = self.turns;
        if let Some(job) = self.get_mut(number) {
            job.turn = turn;
        }
    }

    /// Forgets a job.
    pub fn remove(&mut self, number: usize) {
        self.jobs.retain(|job| job.number != number);
    }

    /// In a subshell: what is there belongs to the parent, who alone can wait for it. It stays listed
    /// for `$(jobs)`, until the subshell starts a job itself.
    pub(crate) fn leave_to_parent(&mut self) {
        self.are_parents = true;
    }

    /// Whether the jobs are those of the shell that this one is a copy of.
    pub(crate) fn are_parents(&self) -> bool {
        self.are_parents
    }

    /// By number.
    pub fn iter(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter()
    }

    /// The numbers of the current and the previous job, `%+` and `%-`: stopped ones come first, and
    /// among equals the one that was last put there.
    #[must_use]
    pub fn current_and_previous(&self) -> (Option<usize>, Option<usize>) {
        let mut order: Vec<&Job> = self.jobs.iter().collect();
        order.sort_by_key(|job| {
            let rank = match job.state() {
                State::Stopped(_) => 2,
                State::Running => 1,
                State::Exited(_) | State::Killed(_) => 0,
            };
            std::cmp::Reverse((rank, job.turn))
        });
        let mut numbers = order.iter().map(|job| job.number);
        (numbers.next(), numbers.next())
    }

    /// The line of `jobs` for one job.
    #[must_use]
    pub fn line(&self, job: &Job, with_pids: bool) -> String {
        let (current, previous) = self.current_and_previous();
        let mark = match Some(job.number) {
            number if number == current => '+',
            number if number == previous => '-',
            _ => ' ',
        };
        let state = describe(job.state());
        let (number, text) = (job.number, &job.text);
        if with_pids {
            let pid = job
                .group
                .or(job.processes.first().map(|process| process.pid));
            let pid = pid.map_or(0, Pid::as_raw);
            return format!("[{number}] {mark} {pid} {state}\t{text}");
        }
        format!("[{number}] {mark} {state}\t{text}")
    }

    /// The lines that the person has not seen yet; jobs that ended are forgotten with it.
    pub fn news(&mut self) -> Vec<String> {
        let fresh: Vec<usize> = self.fresh();
        let lines = fresh.iter().filter_map(|&number| self.get(number));
        let lines = lines.map(|job| self.line(job, false)).collect();
        for number in fresh {
            self.tell(number);
        }
        lines
    }

    fn fresh(&self) -> Vec<usize> {
        let fresh = self
            .jobs
            .iter()
            .filter(|job| !job.told && job.state() != State::Running);
        fresh.map(|job| job.number).collect()
    }

    /// The person has been told about this one.
    pub fn tell(&mut self, number: usize) {
        let Some(job) = self.get_mut(number) else {
            return;
        };
        job.told = true;
        if job.state().has_ended() {
            self.remove(number);
        }
    }
}

/// The words of POSIX.1-2024 for `jobs`; a signal's own word where it has a common one.
fn describe(state: State) -> String {
    match state {
        State::Running => "Running".to_owned(),
        State::Exited(0) => "Done".to_owned(),
        State::Exited(status) => format!("Done({status})"),
        State::Stopped(nix::libc::SIGTSTP) => "Stopped".to_owned(),
        State::Stopped(number) => format!("Stopped ({})", name(number)),
        State::Killed(nix::libc::SIGTERM) => "Terminated".to_owned(),
        State::Killed(nix::libc::SIGKILL) => "Killed".to_owned(),
        State::Killed(number) => format!("Terminated ({})", name(number)),
    }
}

fn name(number: i32) -> String {
    signal::name(number).map_or_else(|| number.to_string(), |name| format!("SIG{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(jobs: &mut Jobs, pid: i32, text: &str) -> usize {
        let process = Process {
            pid: Pid::from_raw(pid),
            state: State::Running,
        };
        jobs.add(None, vec![process], text.to_owned())
    }

    #[test]
    fn a_stopped_job_is_the_current_one() {
        let mut jobs = Jobs::default();
        let first = job(&mut jobs, 10, "one");
        let second = job(&mut jobs, 11, "two");
        assert_eq!(jobs.current_and_previous(), (Some(second), Some(first)));
        assert!(jobs.record(Pid::from_raw(10), State::Stopped(20)));
        assert_eq!(jobs.current_and_previous(), (Some(first), Some(second)));
        assert!(!jobs.record(Pid::from_raw(12), State::Exited(0)));
    }

    #[test]
    fn news_are_told_once() {
        let mut jobs = Jobs::default();
        let number = job(&mut jobs, 10, "one");
        assert!(jobs.news().is_empty());
        jobs.record(Pid::from_raw(10), State::Exited(3));
        assert_eq!(jobs.news(), ["[1] + Done(3)\tone"]);
        assert!(
            jobs.get(number).is_none(),
            "what ended and was told is forgotten"
        );
    }

    #[test]
    fn a_number_that_is_used_again_means_the_newer_process() {
        let mut jobs = Jobs::default();
        job(&mut jobs, 10, "old");
        jobs.record(Pid::from_raw(10), State::Exited(1));
        job(&mut jobs, 10, "new");
        jobs.record(Pid::from_raw(10), State::Exited(2));
        let statuses: Vec<_> = jobs.iter().map(|job| job.state().status()).collect();
        assert_eq!(statuses, [1, 2]);
        assert_eq!(
            jobs.of_process(Pid::from_raw(10)).map(|job| job.number),
            Some(2)
        );
    }
}
