//! Each stage of one line, in words: what `shell --explain` prints.
//!
//! Nothing runs. A command substitution would have to run to be known, so `$(date)` stands for its own
//! output; everything else is expanded as it would be, by the same functions, and variables that the line
//! sets are set for what follows in it.

mod dry;

mod words;

mod processes;

use std::fmt::Write;

use crate::exec::Shell;
use crate::expand::Context;
use crate::syntax::ast::{Action, Command, Compound, Item, List, Pipeline, Redirect, Simple, Word};
use crate::syntax::name::Name;
use crate::syntax::print;
use dry::Dry;
use processes::Where;

/// What each stage would make of `list`.
#[must_use]
pub fn explain(shell: &mut Shell, list: &[Item]) -> String {
    let mut explanation = Explanation {
        shell: Dry(shell),
        out: String::new(),
        indent: 0,
    };
    explanation.list(list);
    explanation.out
}

/// What has been said so far.
struct Explanation<'a> {
    shell: Dry<'a>,
    out: String,
    indent: usize,
}

impl Explanation<'_> {
    fn say(&mut self, line: impl AsRef<str>) {
        let indent = 2 * self.indent;
        let _ = writeln!(self.out, "{:indent$}{}", "", line.as_ref());
    }

    fn inside(&mut self, body: impl FnOnce(&mut Self)) {
        self.indent += 1;
        body(self);
        self.indent -= 1;
    }

    fn list(&mut self, list: &[Item]) {
        for item in list {
            let place = match item.background {
                true => Where::Background,
                false => Where::Foreground,
            };
            if item.background && !item.and_or.rest.is_empty() {
                self.say("in the background, in a copy of the shell:");
            }
            self.pipeline(&item.and_or.first, place);
            for (connector, pipeline) in &item.and_or.rest {
                self.say(processes::condition(*connector));
                self.inside(|this| this.pipeline(pipeline, place));
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline, place: Where) {
        let text = String::from_utf8_lossy(&print::pipeline(pipeline)).into_owned();
        self.say(text);
        self.inside(|this| {
            let count = pipeline.commands.len();
            if count > 1 {
                this.say(processes::pipeline(count, place));
            }
            for (index, command) in pipeline.commands.iter().enumerate() {
                if count == 1 {
                    this.command(command, place);
                } else {
                    this.say(format!("part {}", index + 1));
                    this.inside(|this| this.command(command, Where::Pipeline));
                }
            }
            if pipeline.negated {
                this.say("status: 0 becomes 1, anything else becomes 0");
            }
        });
    }

    fn command(&mut self, command: &Command, place: Where) {
        match command {
            Command::Simple(simple) => self.simple(simple, place),
            Command::Compound(compound, redirects) => {
                self.redirects(redirects);
                self.compound(compound);
            }
            Command::Function(function) => {
                let name = function.name.text();
                self.say(format!("defines the function {}", name.escape_ascii()));
            }
        }
    }

    fn simple(&mut self, simple: &Simple, place: Where) {
        let arguments = self.words(&simple.words);
        for assignment in &simple.assignments {
            self.assignment(assignment, simple.words.is_empty());
        }
        self.redirects(&simple.redirects);
        if let Some(arguments) = arguments {
            self.process(&arguments, place);
        }
    }

    fn redirects(&mut self, redirects: &[Redirect]) {
        if redirects.is_empty() {
            return;
        }
        self.say("redirections, in this order:");
        for redirect in redirects {
            let line = self.redirect(redirect);
            self.inside(|this| this.say(line));
        }
    }

    fn redirect(&mut self, redirect: &Redirect) -> String {
        let (default, what, target) = match &redirect.action {
            Action::Read(target) => (0, "reads", target),
            Action::Write(target) => (1, "writes, from its begin, emptied or created,", target),
            Action::Clobber(target) => (1, "writes, emptied even under set -C,", target),
            Action::Append(target) => (1, "writes, at its end,", target),
            Action::ReadWrite(target) => (0, "reads and writes", target),
            Action::DuplicateInput(target) => (0, "becomes what is now", target),
            Action::DuplicateOutput(target) => (1, "becomes what is now", target),
            Action::Here(document) => {
                let descriptor = redirect.descriptor.unwrap_or(0);
                let text = self.here(document);
                return format!("{descriptor} reads the text {text}");
            }
        };
        let descriptor = redirect.descriptor.unwrap_or(default);
        let target = self.target(target);
        format!("{descriptor} {what} {target}")
    }

    fn compound(&mut self, compound: &Compound) {
        let parts: Vec<(&str, &List)> = match compound {
            Compound::Group(body) => vec![("in this shell:", body)],
            Compound::Subshell(body) => vec![("in a copy of the shell:", body)],
            Compound::While(condition, body) => {
                vec![("while this gives 0:", condition), ("do:", body)]
            }
            Compound::Until(condition, body) => {
                vec![("until this gives 0:", condition), ("do:", body)]
            }
            Compound::For {
                name, words, body, ..
            } => {
                let shown = name.text();
                self.say(format!(
                    "{} becomes one after the other:",
                    shown.escape_ascii()
                ));
                self.inside(|this| this.turns(*name, words.as_deref()));
                vec![("each time:", body)]
            }
            Compound::Case { word, arms, .. } => {
                let subject = self.target(word);
                self.say(format!("{subject} is compared, in order"));
                arms.iter()
                    .map(|arm| ("when it matches:", &arm.body))
                    .collect()
            }
            Compound::If {
                branches,
                otherwise,
            } => {
                let mut parts = Vec::new();
                for (condition, body) in branches {
                    parts.extend([("if this gives 0:", condition), ("then:", body)]);
                }
                parts.extend(otherwise.iter().map(|body| ("else:", body)));
                parts
            }
        };
        for (when, body) in parts {
            self.say(when);
            self.inside(|this| this.list(body));
        }
    }

    /// The words of a `for`. What its body does is told of the first.
    fn turns(&mut self, name: Name, words: Option<&[Word]>) {
        let Some(words) = words else {
            return self.say("each of the positional parameters");
        };
        if let Some(first) = self
            .words(words)
            .and_then(|values| values.into_iter().next())
        {
            // A name that is read only would end the loop; the words are shown all the same.
            let _ = self.shell.variables_mut().set(name, first);
        }
    }
}
