//! Simple commands: POSIX.1-2024, 2.9.1.

use std::rc::Rc;

use super::redirect::{Plan, Refusal, Saved};
use super::{Flow, Outcome, Shell};
use crate::builtins::{self, Entry};
use crate::syntax::ast::{Assignment, Bytes, Function, Redirect, Simple};

/// Who runs a command.
enum Runner {
    Builtin(&'static Entry),
    Function(Rc<Function>),
    Program,
}

impl Shell {
    /// Runs a simple command and waits for it.
    pub(crate) fn run_simple(&mut self, simple: &Simple) -> Outcome {
        self.run_with(simple, false)
    }

    /// The same, when this process has nothing else to do: a program takes it over.
    pub(crate) fn run_simple_and_end(&mut self, simple: &Simple) -> Outcome {
        self.run_with(simple, true)
    }

    fn run_with(&mut self, simple: &Simple, is_last: bool) -> Outcome {
        self.variables.set_line(simple.position.line);
        if simple.words.is_empty() {
            return self.run_without_name(simple);
        }
        self.substituted = None;
        let arguments = self.arguments(&simple.words)?;
        let Some(name) = arguments.first() else {
            return self.run_without_name(simple);
        };
        match self.runner(name) {
            Runner::Builtin(entry) if entry.is_special => {
                self.run_special(entry, simple, &arguments)
            }
            Runner::Builtin(entry) => self.run_regular(entry, simple, &arguments),
            Runner::Function(function) => self.run_function(&function, simple, &arguments),
            Runner::Program => self.run_external(simple, &arguments, is_last),
        }
    }

    fn runner(&self, name: &[u8]) -> Runner {
        match builtins::find(name) {
            Some(entry) if entry.is_special => Runner::Builtin(entry),
            found => match (self.functions.get(name), found) {
                (Some(function), _) => Runner::Function(Rc::clone(function)),
                (None, Some(entry)) => Runner::Builtin(entry),
                (None, None) => Runner::Program,
            },
        }
    }

    /// Assignments and redirections alone. The status is that of the last command substitution.
    fn run_without_name(&mut self, simple: &Simple) -> Outcome {
        if simple.words.is_empty() {
            self.substituted = None;
        }
        if !simple.redirects.is_empty() {
            match self.redirect(&simple.redirects) {
                Ok(saved) => drop(saved),
                Err(refusal) => return self.refused(refusal),
            }
        }
        for assignment in &simple.assignments {
            self.assign_word(assignment.name, &assignment.value)?;
        }
        if !simple.assignments.is_empty() {
            self.trace(&simple.assignments, &[]);
        }
        Ok(self.substituted.unwrap_or(0))
    }

    fn refused(&self, refusal: Refusal) -> Outcome {
        match refusal {
            Refusal::Flow(flow) => Err(flow),
            Refusal::Redirect(error) => {
                self.complain(error.to_string());
                Ok(1)
            }
        }
    }

    /// Special built-ins: assignments before them stay, and an error ends the shell.
    fn run_special(&mut self, entry: &Entry, simple: &Simple, arguments: &[Bytes]) -> Outcome {
        let saved = match self.redirected(&simple.redirects) {
            Ok(saved) => saved,
            Err(refusal) => {
                let status = self.refused(refusal)?;
                return Err(Flow::Error(status));
            }
        };
        for assignment in &simple.assignments {
            self.assign_word(assignment.name, &assignment.value)?;
        }
        self.trace(&simple.assignments, arguments);
        let outcome = (entry.run)(self, arguments);
        settle_redirections(saved, arguments, &outcome);
        outcome
    }

    fn run_regular(&mut self, entry: &Entry, simple: &Simple, arguments: &[Bytes]) -> Outcome {
        let saved = match self.redirected(&simple.redirects) {
            Ok(saved) => saved,
            Err(refusal) => return self.refused(refusal),
        };
        let outcome = self.with_assignments(&simple.assignments, |shell| {
            shell.trace(&simple.assignments, arguments);
            (entry.run)(shell, arguments)
        });
        settle_redirections(saved, arguments, &outcome);
        match outcome {
            // The built-in's own error; what a command inside `command eval` ran into is an error
            // of that command, and comes out the same.
            Err(Flow::Error(status)) => Ok(status),
            other => other,
        }
    }

    fn run_function(
        &mut self,
        function: &Function,
        simple: &Simple,
        arguments: &[Bytes],
    ) -> Outcome {
        let saved = match self.redirected(&simple.redirects) {
            Ok(saved) => saved,
            Err(refusal) => return self.refused(refusal),
        };
        let outcome = self.with_assignments(&simple.assignments, |shell| {
            shell.trace(&simple.assignments, arguments);
            shell.call(function, arguments)
        });
        drop(saved);
        outcome
    }

    fn run_external(&mut self, simple: &Simple, arguments: &[Bytes], is_last: bool) -> Outcome {
        let plan = match self.plan(&simple.redirects) {
            Ok(plan) => plan,
            Err(refusal) => return self.refused(refusal),
        };
        self.with_assignments(&simple.assignments, |shell| {
            shell.trace(&simple.assignments, arguments);
            if !is_last || shell.has_job_control() {
                return shell.run_program(arguments, plan, false);
            }
            match plan.carry_out() {
                Ok(saved) => {
                    let status = shell.become_program(arguments, false);
                    saved.forget();
                    Ok(status)
                }
                Err(error) => shell.refused(Refusal::Redirect(error)),
            }
        })
    }

    fn redirected(&mut self, redirects: &[Redirect]) -> Result<Option<Saved>, Refusal> {
        if redirects.is_empty() {
            return Ok(None);
        }
        self.redirect(redirects).map(Some)
    }

    /// Runs something with variables that are set and exported for it alone.
    fn with_assignments(
        &mut self,
        assignments: &[Assignment],
        run: impl FnOnce(&mut Self) -> Outcome,
    ) -> Outcome {
        if assignments.is_empty() {
            return run(self);
        }
        self.variables.push_scope();
        let assigned = assignments.iter().try_for_each(|assignment| {
            self.variables.localize(assignment.name);
            self.assign_word(assignment.name, &assignment.value)?;
            self.variables.export(assignment.name);
            Ok(())
        });
        let outcome = assigned.and_then(|()| run(self));
        self.variables.pop_scope();
        outcome
    }

    /// Runs a command by its arguments alone, as `command` does: no function is meant by them, and an
    /// error in a special built-in is no end.
    pub(crate) fn run_arguments(&mut self, arguments: &[Bytes], standard: bool) -> Outcome {
        match builtins::find(&arguments[0]) {
            Some(entry) => (entry.run)(self, arguments),
            None => self.run_program(arguments, Plan::default(), standard),
        }
    }
}

/// `exec >file` without a command keeps what it redirected; everything else puts it back.
fn settle_redirections(saved: Option<Saved>, arguments: &[Bytes], outcome: &Outcome) {
    let Some(saved) = saved else { return };
    let mut words = arguments
        .iter()
        .map(Vec::as_slice)
        .filter(|word| *word != b"--");
    let name = words.find(|word| *word != b"command");
    if name == Some(b"exec") && words.next().is_none() && outcome.is_ok() {
        saved.forget();
    }
}
