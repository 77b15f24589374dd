//! `set -x`: what runs, after expansion.

use super::{Shell, descriptor};
use crate::expand::{self, quote};
use crate::state::Flag;
use crate::syntax::ast::{Action, Assignment, Bytes, Command, Redirect};
use crate::syntax::name::Name;
use crate::syntax::parse;

impl Shell {
    /// Writes the command to standard error, in one call, so that lines of several processes do not
    /// mix.
    pub(crate) fn trace(&mut self, assignments: &[Assignment], arguments: &[Bytes]) {
        if !self.options.get(Flag::XTrace) {
            return;
        }
        let mut words = Vec::new();
        for assignment in assignments {
            let value = self.variables.get(assignment.name).unwrap_or_default();
            words.push([&assignment.name.text(), &b"="[..], &quote(value)].concat());
        }
        words.extend(
            arguments
                .iter()
                .map(|argument| quote(argument).into_owned()),
        );
        let mut line = self.trace_prompt();
        line.extend_from_slice(&words.join(&b' '));
        line.push(b'\n');
        let _ = descriptor::write_all(2, &line);
    }

    /// PS4, expanded.
    fn trace_prompt(&mut self) -> Bytes {
        let text = self
            .variables
            .get(Name::new("PS4"))
            .unwrap_or_default()
            .to_vec();
        self.expand_prompt(text)
    }

    /// A prompt's text with its parameters, commands and arithmetic replaced; as it is when it is not
    /// well formed. What runs for it neither traces itself nor changes `$?`.
    pub fn expand_prompt(&mut self, text: Bytes) -> Bytes {
        if !text.iter().any(|byte| b"$`\\".contains(byte)) {
            return text;
        }
        let tracing = self.options.get(Flag::XTrace);
        let status = self.status;
        self.options.set(Flag::XTrace, false);
        let expanded = as_quoted(&text).and_then(|redirect| match &redirect.action {
            Action::Here(here) => expand::here_document(self, here).ok(),
            _ => None,
        });
        self.options.set(Flag::XTrace, tracing);
        self.status = status;
        match expanded {
            Some(mut expanded) => {
                expanded.pop();
                expanded
            }
            None => text,
        }
    }
}

/// The text as a here-document, which is read like the inside of double quotes, but for `"`.
fn as_quoted(text: &[u8]) -> Option<Redirect> {
    let script = [b"<<PROMPT_ENDS_HERE\n", text, b"\nPROMPT_ENDS_HERE\n"].concat();
    let mut list = parse(&script).ok()?;
    let command = list.pop()?.and_or.first.commands.pop()?;
    match command {
        Command::Simple(mut simple) => simple.redirects.pop(),
        _ => None,
    }
}
