//! Compound commands and functions: POSIX.1-2024, 2.9.4 and 2.9.5.

use std::rc::Rc;

use super::redirect::Refusal;
use super::{Flow, Outcome, Shell};
use crate::syntax::ast::{Arm, Bytes, Command, Compound, Function, Item, Redirect, Word};
use crate::syntax::name::Name;

impl Shell {
    pub(crate) fn run_command(&mut self, command: &Command) -> Outcome {
        match command {
            Command::Simple(simple) => {
                let status = self.run_simple(simple)?;
                self.judge(status)
            }
            Command::Compound(Compound::Subshell(list), redirects) => {
                let status = self.run_subshell(list, redirects)?;
                self.judge(status)
            }
            Command::Compound(compound, redirects) if redirects.is_empty() => {
                self.run_compound(compound)
            }
            Command::Compound(compound, redirects) => self.run_redirected(compound, redirects),
            Command::Function(function) => {
                self.functions.define(Rc::clone(function));
                Ok(0)
            }
        }
    }

    fn run_redirected(&mut self, compound: &Compound, redirects: &[Redirect]) -> Outcome {
        let saved = match self.redirect(redirects) {
            Ok(saved) => saved,
            Err(Refusal::Flow(flow)) => return Err(flow),
            Err(Refusal::Redirect(error)) => {
                self.complain(error.to_string());
                return self.judge(1);
            }
        };
        let outcome = self.run_compound(compound);
        drop(saved);
        outcome
    }

    /// Carries redirections out in this process, until what is returned is dropped.
    pub(crate) fn redirect(
        &mut self,
        redirects: &[Redirect],
    ) -> Result<super::redirect::Saved, Refusal> {
        Ok(self.plan(redirects)?.carry_out()?)
    }

    pub(crate) fn run_compound(&mut self, compound: &Compound) -> Outcome {
        self.enter()?;
        match compound {
            Compound::Group(list) => self.run_list(list),
            Compound::Subshell(list) => self.run_subshell(list, &[]),
            Compound::If {
                branches,
                otherwise,
            } => self.run_if(branches, otherwise.as_deref()),
            Compound::For {
                name, words, body, ..
            } => self.run_for(*name, words.as_deref(), body),
            Compound::Case {
                word,
                arms,
                position,
            } => {
                self.variables.set_line(position.line);
                self.run_case(word, arms)
            }
            Compound::While(condition, body) => self.run_while(condition, body, true),
            Compound::Until(condition, body) => self.run_while(condition, body, false),
        }
    }

    fn run_if(
        &mut self,
        branches: &[(Vec<Item>, Vec<Item>)],
        otherwise: Option<&[Item]>,
    ) -> Outcome {
        for (condition, body) in branches {
            if self.tested(|shell| shell.run_list(condition))? == 0 {
                return self.run_list(body);
            }
        }
        self.run_list(otherwise.unwrap_or_default())
    }

    fn run_while(&mut self, condition: &[Item], body: &[Item], wanted: bool) -> Outcome {
        self.loops += 1;
        let outcome = self.turn_while(condition, body, wanted);
        self.loops -= 1;
        outcome
    }

    fn turn_while(&mut self, condition: &[Item], body: &[Item], wanted: bool) -> Outcome {
        let mut last = 0;
        loop {
            // `break` and `continue` in the condition are the loop's too.
            let answer = self.tested(|shell| shell.run_list(condition));
            let goes_on = match turn(answer)? {
                Turn::Done(status) => (status == 0) == wanted,
                Turn::Again => continue,
                Turn::Out => return Ok(0),
            };
            if !goes_on {
                return Ok(last);
            }
            last = match turn(self.run_list(body))? {
                Turn::Done(status) => status,
                Turn::Again => 0,
                Turn::Out => return Ok(0),
            };
        }
    }

    fn run_for(&mut self, name: Name, words: Option<&[Word]>, body: &[Item]) -> Outcome {
        let values = match words {
            Some(words) => self.fields(words)?,
            None => self.positional.all().to_vec(),
        };
        self.loops += 1;
        let outcome = self.turn_for(name, values, body);
        self.loops -= 1;
        outcome
    }

    fn turn_for(&mut self, name: Name, values: Vec<Bytes>, body: &[Item]) -> Outcome {
        let mut last = 0;
        for value in values {
            self.assign(name, value)?;
            last = match turn(self.run_list(body))? {
                Turn::Done(status) => status,
                Turn::Again => 0,
                Turn::Out => return Ok(0),
            };
        }
        Ok(last)
    }

    /// An assignment outside of a built-in: to a variable that is read only, it is a fatal error.
    pub(crate) fn assign(&mut self, name: Name, value: Bytes) -> Result<(), Flow> {
        self.variables.set(name, value).map_err(|error| {
            self.complain(error.to_string());
            Flow::Error(2)
        })
    }

    fn run_case(&mut self, word: &Word, arms: &[Arm]) -> Outcome {
        let text = self.text(word)?;
        let mut status = 0;
        let mut falls = false;
        for arm in arms {
            if falls || self.fits(&text, &arm.patterns)? {
                status = self.run_list(&arm.body)?;
                falls = arm.falls_through;
                if !falls {
                    return Ok(status);
                }
            }
        }
        Ok(status)
    }

    fn fits(&mut self, text: &[u8], patterns: &[Word]) -> Result<bool, Flow> {
        for pattern in patterns {
            if self.is_match(pattern, text)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Calls a function. `arguments` begin with its name.
    pub(crate) fn call(&mut self, function: &Function, arguments: &[Bytes]) -> Outcome {
        self.enter()?;
        let parameters = self.positional.replace(arguments[1..].to_vec());
        let loops = std::mem::take(&mut self.loops);
        self.calls += 1;
        self.variables.push_scope();
        let outcome = if function.redirects.is_empty() {
            self.run_compound(&function.body)
        } else {
            self.run_redirected(&function.body, &function.redirects)
        };
        self.variables.pop_scope();
        self.calls -= 1;
        self.loops = loops;
        self.positional.restore(parameters);
        match outcome {
            Err(Flow::Return(status)) => Ok(status),
            other => other,
        }
    }
}

/// How one turn of a loop came out, for that loop.
enum Turn {
    Done(i32),
    Again,
    Out,
}

fn turn(outcome: Outcome) -> Result<Turn, Flow> {
    match outcome {
        Ok(status) => Ok(Turn::Done(status)),
        Err(Flow::Break(1)) => Ok(Turn::Out),
        Err(Flow::Continue(1)) => Ok(Turn::Again),
        Err(Flow::Break(more)) => Err(Flow::Break(more - 1)),
        Err(Flow::Continue(more)) => Err(Flow::Continue(more - 1)),
        Err(other) => Err(other),
    }
}
