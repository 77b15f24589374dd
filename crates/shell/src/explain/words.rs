//! Words, and what becomes of them.

use super::Explanation;
use crate::expand::{self, quote};
use crate::syntax::ast::{Assignment, Bytes, HereDocument, Part, Word};
use crate::syntax::print;

impl Explanation<'_> {
    /// Each word with the arguments that it becomes. None when one cannot be expanded.
    pub(super) fn words(&mut self, words: &[Word]) -> Option<Vec<Bytes>> {
        let mut arguments = Vec::new();
        if !words.is_empty() {
            self.say("words:");
        }
        for word in words {
            let first = arguments.len();
            let line = match expand::field(&mut self.shell, word, &mut arguments) {
                Ok(()) => describe(word, &arguments[first..]),
                Err(error) => {
                    self.inside(|this| this.say(format!("{}  fails: {error}", written(word))));
                    return None;
                }
            };
            self.inside(|this| this.say(line));
        }
        Some(arguments)
    }

    pub(super) fn assignment(&mut self, assignment: &Assignment, stays: bool) {
        let value = self.target(&assignment.value);
        if stays {
            // That it may be read only shows when it runs.
            let _ = expand::assign(&mut self.shell, assignment.name, &assignment.value);
        }
        let name = assignment.name.text();
        let name = name.escape_ascii();
        self.say(match stays {
            true => format!("{name} becomes {value}, in this shell"),
            false => format!("{name} is {value}, in the environment of the command"),
        });
    }

    /// A word that is neither split nor matched against files.
    pub(super) fn target(&mut self, word: &Word) -> String {
        match expand::text(&mut self.shell, word) {
            Ok(text) => shown(&text),
            Err(error) => format!("(fails: {error})"),
        }
    }

    pub(super) fn here(&mut self, document: &HereDocument) -> String {
        let text = match document.quoted {
            true => expand::text(&mut self.shell, &document.body),
            false => expand::here_document(&mut self.shell, document),
        };
        match text {
            Ok(text) => format!("{:?}", String::from_utf8_lossy(&text)),
            Err(error) => format!("(fails: {error})"),
        }
    }
}

fn describe(word: &Word, arguments: &[Bytes]) -> String {
    let mut line = written(word);
    let steps = steps(&word.parts);
    if !steps.is_empty() {
        line.push_str(&format!("  ({})", steps.join(", ")));
    }
    line.push_str("  becomes ");
    match arguments {
        [] => line.push_str("nothing"),
        _ => {
            let arguments: Vec<_> = arguments.iter().map(|argument| shown(argument)).collect();
            line.push_str(&arguments.join(" "));
        }
    }
    line
}

fn written(word: &Word) -> String {
    String::from_utf8_lossy(&print::word(word)).into_owned()
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(&quote(text)).into_owned()
}

/// The expansions that a word asks for, in their order.
fn steps(parts: &[Part]) -> Vec<&'static str> {
    let has = |matches: &dyn Fn(&Part) -> bool| parts.iter().any(matches);
    let replaced = |part: &Part| {
        matches!(
            part,
            Part::Parameter(_) | Part::Command(_) | Part::Arithmetic(_)
        )
    };
    let quoted = |part: &Part| matches!(part, Part::Quoted(_) | Part::DoubleQuoted(_));
    let pattern = |part: &Part| matches!(part, Part::Literal(text) if text.iter().any(|byte| b"*?[".contains(byte)));
    let within =
        |part: &Part| matches!(part, Part::DoubleQuoted(inner) if inner.iter().any(replaced));
    let all: [(&'static str, bool); 5] = [
        ("tilde", has(&|part| matches!(part, Part::Tilde(_)))),
        ("replaced", has(&replaced) || has(&within)),
        ("split", has(&replaced)),
        ("matched with files", has(&pattern) || has(&replaced)),
        ("quotes off", has(&quoted)),
    ];
    all.into_iter()
        .filter(|step| step.1)
        .map(|step| step.0)
        .collect()
}
