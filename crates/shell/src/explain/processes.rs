//! Who runs a command, and where.

use super::Explanation;
use crate::exec::{Found, search_steps};
use crate::syntax::ast::{Bytes, Connector};

/// Where a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Foreground,
    Background,
    /// As one of several parts.
    Pipeline,
}

impl Explanation<'_> {
    /// Who runs `arguments`, and in which process.
    pub(super) fn process(&mut self, arguments: &[Bytes], place: Where) {
        let Some(name) = arguments.first() else {
            return;
        };
        let shown = String::from_utf8_lossy(name).into_owned();
        let found = self.shell.0.find_command(name, false);
        let own = matches!(found, Found::Program(_) | Found::Missing);
        match found {
            Found::Special => self.say(format!("{shown} is a special built-in")),
            Found::Function => self.say(format!("{shown} is a function")),
            Found::Regular => self.say(format!("{shown} is a built-in")),
            Found::Alias(_) | Found::Keyword => self.say(format!("{shown} is no program's name")),
            Found::Program(path) => {
                self.path(name);
                self.say(format!("program: {}", String::from_utf8_lossy(&path)));
            }
            Found::Missing => {
                self.path(name);
                self.say(format!(
                    "{shown} is not found: status 127, or 126 if it cannot be run"
                ));
            }
        }
        self.say(match (own, place) {
            (true, Where::Foreground) => {
                "runs in a process of its own; with job control in a group of its own, which has the terminal"
            }
            (true, Where::Background) => {
                "runs in a process of its own; with job control in a group of its own, without the terminal"
            }
            (false, Where::Foreground) => "runs in the shell itself",
            (false, Where::Background) => "runs in a copy of the shell",
            (true, Where::Pipeline) => "runs in a process of its own, in the pipeline's group",
            (false, Where::Pipeline) => "runs in a copy of the shell, in the pipeline's group",
        });
    }

    /// Where along PATH the name was looked for.
    fn path(&mut self, name: &[u8]) {
        if name.contains(&b'/') {
            return self.say("a slash in the name: PATH is not asked");
        }
        let path = self.shell.0.path();
        let steps = search_steps(&path, name);
        self.say("looked for along PATH:");
        for (place, answer) in steps {
            let place = String::from_utf8_lossy(&place).into_owned();
            self.inside(|this| this.say(format!("{place}  {answer}")));
        }
    }
}

pub(super) fn condition(connector: Connector) -> &'static str {
    match connector {
        Connector::And => "if that gave 0:",
        Connector::Or => "if that gave anything but 0:",
    }
}

pub(super) fn pipeline(count: usize, place: Where) -> String {
    let place = match place {
        Where::Background => "the shell does not wait",
        Where::Foreground | Where::Pipeline => {
            "the shell waits for all; the status is the last one's"
        }
    };
    let pipes = count - 1;
    format!(
        "{count} processes at once, {pipes} pipe{} between them; with job control one group, led by the \
         first; {place}",
        if pipes == 1 { "" } else { "s" }
    )
}
