//! Lists: POSIX.1-2024, 2.9.2 and 2.9.3, and `set -e`.

use super::{Outcome, Shell, signal};
use crate::state::Flag;
use crate::syntax::ast::{AndOr, Command, Compound, Connector, Item, Pipeline};

impl Shell {
    /// Runs commands one after the other; the status is the last one's, 0 if there are none.
    ///
    /// # Errors
    ///
    /// A way out of the commands around.
    pub fn run_list(&mut self, list: &[Item]) -> Outcome {
        let mut status = 0;
        for item in list {
            status = self.run_item(item)?;
        }
        Ok(status)
    }

    /// As [`Shell::run_list`], when nothing comes after it in this process: the last command may
    /// take the process over.
    pub(crate) fn run_list_and_end(&mut self, list: &[Item]) -> Outcome {
        let Some((last, before)) = list.split_last() else {
            return Ok(0);
        };
        self.run_list(before)?;
        if self.options.get(Flag::NoExec) {
            return Ok(0);
        }
        match &last.and_or {
            AndOr { first, rest } if rest.is_empty() && !last.background => {
                self.run_pipeline_and_end(first)
            }
            _ => self.run_item(last),
        }
    }

    fn run_pipeline_and_end(&mut self, pipeline: &Pipeline) -> Outcome {
        match &pipeline.commands[..] {
            [Command::Simple(simple)] if !pipeline.negated && !self.has_traps() => {
                let status = self.run_simple_and_end(simple)?;
                self.judge(status)
            }
            [Command::Compound(Compound::Subshell(list), redirects)]
                if !pipeline.negated
                    && redirects.is_empty()
                    && self.is_subshell
                    && self.traps.listed().next().is_none() =>
            {
                // A copy of a copy that ends with it would be one too many.
                self.run_list_and_end(list)
            }
            _ => self.run_pipeline(pipeline),
        }
    }

    fn run_item(&mut self, item: &Item) -> Outcome {
        if self.options.get(Flag::NoExec) && !self.interactive {
            return Ok(0);
        }
        if item.background {
            return self.run_in_background(&item.and_or);
        }
        self.run_and_or(&item.and_or)
    }

    pub(crate) fn run_and_or(&mut self, and_or: &AndOr) -> Outcome {
        let Some(((_, last), between)) = and_or.rest.split_last() else {
            return self.run_pipeline(&and_or.first);
        };
        let mut status = self.tested(|shell| shell.run_pipeline(&and_or.first))?;
        for (connector, pipeline) in connected(and_or, between.len()) {
            if wants(connector, status) {
                status = self.tested(|shell| shell.run_pipeline(pipeline))?;
            }
        }
        match and_or.rest.last() {
            Some((connector, _)) if wants(*connector, status) => self.run_pipeline(last),
            _ => Ok(status),
        }
    }

    /// Runs something whose failure is an answer and not an error: `set -e` looks away.
    pub(crate) fn tested(&mut self, run: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
        self.tested += 1;
        let outcome = run(self);
        self.tested -= 1;
        outcome
    }

    fn run_pipeline(&mut self, pipeline: &Pipeline) -> Outcome {
        let outcome = if pipeline.negated {
            self.tested(|shell| shell.run_commands(&pipeline.commands))
                .map(|status| i32::from(status == 0))
        } else {
            self.run_commands(&pipeline.commands)
        };
        let status = outcome?;
        self.status = status;
        if signal::any() {
            self.run_traps()?;
        }
        Ok(status)
    }

    fn run_commands(&mut self, commands: &[Command]) -> Outcome {
        match commands {
            [command] => self.run_command(command),
            several => {
                let status = self.run_pipes(several)?;
                self.judge(status)
            }
        }
    }

    /// A command has failed, or not: with `set -e`, failure is the end, unless somebody has asked
    /// whether it would.
    pub(crate) fn judge(&mut self, status: i32) -> Outcome {
        self.status = status;
        if status != 0 && self.tested == 0 && self.options.get(Flag::ErrExit) {
            if signal::any() {
                self.run_traps()?;
            }
            return Err(super::Flow::Exit(status));
        }
        Ok(status)
    }
}

fn connected(and_or: &AndOr, count: usize) -> impl Iterator<Item = (Connector, &Pipeline)> {
    and_or.rest[..count]
        .iter()
        .map(|(connector, pipeline)| (*connector, pipeline))
}

fn wants(connector: Connector, status: i32) -> bool {
    match connector {
        Connector::And => status == 0,
        Connector::Or => status != 0,
    }
}
