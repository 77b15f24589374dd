//! Traps: POSIX.1-2024, 2.12 and the `trap` built-in.

use std::collections::BTreeMap;
use std::rc::Rc;

use nix::libc;
use nix::sys::signal::{SigSet, Signal};

use super::signal::{self, Disposition};
use super::{Flow, Outcome, Shell};
use crate::state::Flag;

/// The number under which the action for the end of the shell is kept.
pub(crate) const EXIT: i32 = 0;

/// What an interactive shell does not let itself be ended or stopped by.
const IGNORED: [i32; 2] = [libc::SIGQUIT, libc::SIGTERM];

/// What would stop a shell with job control, which nobody could wake.
const STOPS: [i32; 3] = [libc::SIGTSTP, libc::SIGTTIN, libc::SIGTTOU];

/// What a script has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `trap '' INT`: nothing happens, here and in programs.
    Ignore,
    /// `trap 'commands' INT`
    Run(Rc<[u8]>),
}

/// The actions, by signal number; what is not there is as the system has it.
#[derive(Debug, Clone, Default)]
pub struct Traps {
    actions: BTreeMap<i32, Action>,
    /// In a subshell that has set none of its own: those of its parent, which `trap` still lists, so
    /// that `saved=$(trap)` works.
    parents: Option<BTreeMap<i32, Action>>,
    /// `$?` before that action, which `exit` in it means.
    status_before: Option<i32>,
}

impl Traps {
    /// What was asked for.
    #[must_use]
    pub fn get(&self, number: i32) -> Option<&Action> {
        self.actions.get(&number)
    }

    /// In an action: `$?` when it began.
    pub(crate) fn status_before(&self) -> Option<i32> {
        self.status_before
    }

    /// What `trap` lists.
    pub fn listed(&self) -> impl Iterator<Item = (i32, &Action)> {
        let shown = self.parents.as_ref().unwrap_or(&self.actions);
        shown.iter().map(|(number, action)| (*number, action))
    }
}

impl Shell {
    /// `trap action signal`; nothing instead of an action for `-`. A signal that was ignored when a
    /// script started stays so, whatever the script says.
    pub(crate) fn set_trap(&mut self, number: i32, action: Option<Action>) {
        self.traps.parents = None;
        if number != EXIT && self.is_beyond_reach(number) {
            return;
        }
        match action {
            Some(action) => self.traps.actions.insert(number, action),
            None => self.traps.actions.remove(&number),
        };
        if number != EXIT {
            self.settle(number);
        }
    }

    fn is_beyond_reach(&self, number: i32) -> bool {
        let untouched = self.traps.get(number).is_none();
        untouched && !self.interactive && !self.is_own(number) && signal::is_ignored(number)
    }

    /// Whether the shell ignores the signal for its own sake.
    fn is_own(&self, number: i32) -> bool {
        if self.is_subshell {
            return false;
        }
        self.interactive && IGNORED.contains(&number)
            || self.options.get(Flag::Monitor) && STOPS.contains(&number)
    }

    fn disposition(&self, number: i32) -> Disposition {
        match self.traps.get(number) {
            Some(Action::Ignore) => Disposition::Ignore,
            Some(Action::Run(_)) => Disposition::Catch,
            None if self.is_own(number) => Disposition::Ignore,
            None if number == libc::SIGINT && self.interactive && !self.is_subshell => {
                Disposition::Catch
            }
            None => Disposition::Default,
        }
    }

    fn settle(&self, number: i32) {
        // KILL and STOP cannot be caught; POSIX leaves open what a trap for them does.
        let _ = signal::set(number, self.disposition(number));
    }

    /// Brings the signals that the shell cares about for its own sake in line with its options.
    pub(crate) fn settle_signals(&self) {
        for number in IGNORED.into_iter().chain(STOPS).chain([libc::SIGINT]) {
            let own = self.is_own(number) || self.interactive;
            if own || self.traps.get(number).is_some() || !signal::is_ignored(number) {
                self.settle(number);
            } else if STOPS.contains(&number) {
                let _ = signal::set(number, Disposition::Default);
            }
        }
    }

    /// What a program must not inherit: signals that the shell ignores for its own sake.
    pub(crate) fn signals_to_restore(&self) -> SigSet {
        let own = IGNORED.into_iter().chain(STOPS);
        let own = own.filter(|&number| self.is_own(number) && self.traps.get(number).is_none());
        own.filter_map(|number| Signal::try_from(number).ok())
            .collect()
    }

    /// A new subshell: commands set by traps are not its own, ignored signals stay ignored, and it
    /// can be ended and stopped like any program.
    pub(crate) fn reset_traps(&mut self) {
        let restore = self.signals_to_restore();
        let before = self.traps.actions.clone();
        self.traps
            .actions
            .retain(|_, action| *action == Action::Ignore);
        self.is_subshell = true;
        for number in before.keys().filter(|&&number| number != EXIT) {
            self.settle(*number);
        }
        for signal in restore.iter().chain([Signal::SIGINT]) {
            if self.interactive || signal != Signal::SIGINT {
                self.settle(signal as i32);
            }
        }
        signal::forget();
        if !before.is_empty() {
            self.traps.parents = Some(before);
        }
        self.traps.status_before = None;
    }

    /// Runs what signals that have come ask for. Called between commands.
    ///
    /// # Errors
    ///
    /// What the action asks of the commands around; and [`Flow::Error`] when a person has pressed
    /// Ctrl-C, which leads back to the prompt.
    pub(crate) fn run_traps(&mut self) -> Result<(), Flow> {
        while let Some(number) = signal::take() {
            match self.traps.get(number).cloned() {
                Some(Action::Run(text)) => self.run_action(&text)?,
                None if number == libc::SIGINT && self.interactive => {
                    return Err(Flow::Error(128 + number));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `$?` is afterwards what it was before.
    fn run_action(&mut self, text: &Rc<[u8]>) -> Result<(), Flow> {
        let status = self.status;
        let outer = self.traps.status_before.replace(status);
        let outcome = self.run_text(text);
        self.traps.status_before = outer;
        self.status = status;
        outcome.map(drop)
    }

    /// The end of this shell: the status of what it ran, after the EXIT trap has had its turn.
    pub fn leave(&mut self, outcome: Outcome) -> i32 {
        self.status = match outcome {
            Ok(status) | Err(Flow::Exit(status) | Flow::Error(status) | Flow::Return(status)) => {
                status
            }
            Err(Flow::Break(_) | Flow::Continue(_)) => self.status,
        };
        // Taken out first, so that `exit` in it does not run it again.
        if let Some(Action::Run(text)) = self.traps.actions.remove(&EXIT) {
            let status = self.status;
            self.traps.status_before = Some(status);
            match self.run_text(&text) {
                Err(Flow::Exit(status) | Flow::Error(status)) => self.status = status,
                _ => self.status = status,
            }
        }
        self.status
    }

    /// Whether there are commands for a signal or for the end, so that the shell cannot become another
    /// program.
    pub(crate) fn has_traps(&self) -> bool {
        let mut actions = self.traps.actions.values();
        actions.any(|action| matches!(action, Action::Run(_)))
    }

    /// The trapped signal that has come: `wait` ends with 128 more than it.
    pub(crate) fn interrupting_signal(&self) -> Option<i32> {
        signal::all().find(|&number| {
            signal::is_noted(number)
                && (matches!(self.traps.get(number), Some(Action::Run(_)))
                    || self.interactive && number == libc::SIGINT)
        })
    }
}
