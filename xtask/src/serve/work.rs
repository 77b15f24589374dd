//! What a run does: it builds a program, runs it, and says what came of it.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::build;
use super::program::{self, Ending, Program};
use super::run::{Reason, Run};
use super::runs::{Limits, Wish};
use crate::cargo;
use crate::lesson::{Lesson, Obstacle};
use crate::scratch::Scratch;
use crate::workspace::Workspace;

/// One wish, on its way.
pub(super) struct Work<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) run: &'a Arc<Run>,
    pub(super) wish: &'a Wish,
    pub(super) limits: Limits,
}

/// How a run ended: a name for the page's style, and a word for its reader.
pub(super) struct Verdict {
    pub(super) name: &'static str,
    pub(super) text: String,
}

impl Work<'_> {
    /// Does it all. `traces` is what is known of whether the program traces others, and becomes so.
    pub(super) fn perform(&self, lesson: &Lesson, traces: &mut bool) -> Verdict {
        let verdict = self.build_and_run(lesson, traces);
        // Whatever failed may have failed because of that.
        match (self.run.ended(), verdict) {
            (Some(reason), _) => self.ended(reason),
            (None, Ok(verdict)) => verdict,
            (None, Err(error)) => Verdict::new("failed", format!("{error:#}")),
        }
    }

    fn build_and_run(&self, lesson: &Lesson, traces: &mut bool) -> Result<Verdict> {
        if let Some(Obstacle::Platform(reason) | Obstacle::Program(reason)) = lesson.obstacle() {
            return Ok(Verdict::new("skipped", reason));
        }
        let (cargo, target) = self.cargo(lesson)?;
        let Some(executable) = build::build(self.run, cargo, &target)? else {
            return Ok(Verdict::new("unbuilt", "it does not compile"));
        };
        let program = Program {
            executable,
            file: build::program_file(&target),
            limit: self.limits.program,
        };
        let ending = program::run(self.run, &program, traces)?;
        Ok(judge(&ending, self.run.elapsed()))
    }

    /// What builds the program, and the example's name.
    fn cargo(&self, lesson: &Lesson) -> Result<(Command, String)> {
        let chapter = &self.wish.chapter;
        let target = lesson.target();
        let Some(source) = &self.wish.source else {
            let mut cargo = cargo::command(self.workspace);
            cargo.args(["build", "--package", chapter, "--example", &target]);
            return Ok((cargo, target));
        };
        // All examples are built into one folder: a copy must not take the lesson's place there.
        let target = format!("copy_of_{target}");
        let package = format!("living-{chapter}");
        let scratch = Scratch::new(self.workspace, chapter, &package)?;
        scratch.write_program(&target, source)?;
        Ok((scratch.build(self.workspace, &target), target))
    }

    fn ended(&self, reason: Reason) -> Verdict {
        let Limits { program, patience } = self.limits;
        match reason {
            Reason::Stopped => Verdict::new("stopped", "stopped"),
            Reason::Abandoned => {
                let seconds = patience.as_secs();
                let text = format!("stopped: no page has asked for it for {seconds} s");
                Verdict::new("abandoned", text)
            }
            Reason::Expired => {
                let seconds = program.as_secs();
                let text = format!("stopped: it had not ended after {seconds} s");
                Verdict::new("expired", text)
            }
            Reason::Closing => Verdict::new("closing", "stopped: the server ends"),
        }
    }
}

impl Verdict {
    /// Of a run whose thread has panicked.
    pub(super) fn of_panic() -> Self {
        let text = "the server failed at this run; its terminal says more";
        Self::new("failed", text)
    }

    fn new(name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { name, text }
    }
}

fn judge(ending: &Ending, took: Duration) -> Verdict {
    let seconds = took.as_secs_f64();
    match ending {
        Ending::Exited(0) => Verdict::new("held", format!("held, in {seconds:.2} s")),
        Ending::Exited(status) => Verdict::new("fell", format!("ended with status {status}")),
        Ending::Killed(signal) => Verdict::new("fell", format!("ended by signal {signal}")),
    }
}
