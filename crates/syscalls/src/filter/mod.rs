//! Which calls to show: `-e trace=openat,write`, `%file`, `!%memory`, `status=failed`.
//!
//! The expressions are strace's, and so is their meaning: of several `trace=` the last one counts,
//! and `!` in front negates the whole list.
//!
//! ```
//! use syscalls::filter::Filter;
//!
//! let mut filter = Filter::default();
//! filter.add("trace=!%memory,close")?;
//! filter.add("status=failed")?;
//! assert!(filter.admits("openat"));
//! assert!(!filter.admits("mmap") && !filter.admits("close"));
//!
//! let error = filter.add("opennat").unwrap_err();
//! assert_eq!(error.to_string(), "no call opennat (did you mean openat?)");
//! # Ok::<(), syscalls::filter::ParseError>(())
//! ```

mod classes;
mod nearest;

use std::collections::BTreeSet;

use crate::event::Outcome;
use crate::table::Architecture;
use classes::CLASSES;
use nearest::did_you_mean;

/// A choice of calls, by name and by result. The default lets everything through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    calls: Choice<&'static str>,
    statuses: Choice<Status>,
}

/// Everything in a set, or everything but.
#[derive(Clone, Debug, PartialEq)]
struct Choice<T: Ord> {
    members: BTreeSet<T>,
    negated: bool,
}

impl<T: Ord> Default for Choice<T> {
    fn default() -> Self {
        Self::all()
    }
}

impl<T: Ord> Choice<T> {
    fn all() -> Self {
        Self {
            members: BTreeSet::new(),
            negated: true,
        }
    }

    fn is_all(&self) -> bool {
        self.negated && self.members.is_empty()
    }
}

/// What can become of a call, in strace's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Successful,
    Failed,
    /// The task ended inside the call.
    Unfinished,
    /// The tracer could not get the result; does not happen to ours.
    Unavailable,
    /// The tracer left while the task was in the call; ours leaves without a word.
    Detached,
}

const STATUSES: [(&str, Status); 5] = [
    ("successful", Status::Successful),
    ("failed", Status::Failed),
    ("unfinished", Status::Unfinished),
    ("unavailable", Status::Unavailable),
    ("detached", Status::Detached),
];

/// What else strace reads before a `=`.
const OTHER_QUALIFIERS: [&str; 17] = [
    "abbrev",
    "decode-fd",
    "decode-fds",
    "decode-pid",
    "decode-pids",
    "fault",
    "inject",
    "kvm",
    "quiet",
    "raw",
    "read",
    "signal",
    "signals",
    "silent",
    "verbose",
    "write",
    "secontext",
];

/// Why an expression is not one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0}")]
pub struct ParseError(pub String);

impl Filter {
    /// Adds one `-e` expression, as strace reads it: `trace=LIST`, `status=LIST`, or `LIST` alone
    /// for the first.
    ///
    /// A list has names and numbers of calls, classes (`%file`, or `file` as in old days), `?name`
    /// for a call that there may not be, or is `all` or `none`.
    ///
    /// # Errors
    ///
    /// Names the word that is neither a call nor a class, with what is close to it. The filter is
    /// as it was then.
    pub fn add(&mut self, expression: &str) -> Result<(), ParseError> {
        match expression.split_once('=') {
            Some(("trace" | "t", list)) => self.calls = choice(list, calls)?,
            Some(("status", list)) => self.statuses = choice(list, status)?,
            Some((other, _)) if OTHER_QUALIFIERS.contains(&other) => {
                return Err(ParseError(format!(
                    "{other}= is strace's, but not understood here (trace= and status= are)"
                )));
            }
            _ => self.calls = choice(expression, calls)?,
        }
        Ok(())
    }

    /// True unless calls are left out by name.
    #[must_use]
    pub fn every_call(&self) -> bool {
        self.calls.is_all()
    }

    /// True when calls of this name are shown.
    #[must_use]
    pub fn admits(&self, name: &str) -> bool {
        self.calls.members.contains(name) != self.calls.negated
    }

    /// True when calls with this outcome are shown. As to strace, a call that a signal interrupted
    /// has failed, and one that never returns (`exit_group`) is unfinished.
    #[must_use]
    pub fn admits_outcome(&self, outcome: &Outcome) -> bool {
        let status = match outcome {
            Outcome::Value { .. } => Status::Successful,
            Outcome::Error(_) | Outcome::Restart(_) => Status::Failed,
            Outcome::Never => Status::Unfinished,
        };
        self.statuses.members.contains(&status) != self.statuses.negated
    }

    /// The numbers of the calls that are shown, of those that have a name; `None` when all are.
    #[must_use]
    pub fn numbers(&self, architecture: Architecture) -> Option<Vec<u64>> {
        let admitted = architecture.calls().filter(|(_, name)| self.admits(name));
        (!self.every_call()).then(|| admitted.map(|(number, _)| number).collect())
    }
}

/// Reads a list, each word by `members`.
fn choice<T: Ord>(
    list: &str,
    members: impl Fn(&str) -> Result<Vec<T>, ParseError>,
) -> Result<Choice<T>, ParseError> {
    let positive = list.trim_start_matches('!');
    let negated = (list.len() - positive.len()) % 2 == 1;
    let mut choice = Choice {
        members: BTreeSet::new(),
        negated,
    };
    if positive == "none" {
        return Ok(choice);
    }
    for word in positive.split(',') {
        if word == "all" {
            // Together with everything, more words add nothing.
            choice = Choice::all();
            choice.negated = !negated;
            return Ok(choice);
        }
        choice.members.extend(members(word)?);
    }
    Ok(choice)
}

/// The calls that one word of a list stands for.
fn calls(word: &str) -> Result<Vec<&'static str>, ParseError> {
    let (word, optional) = match word.strip_prefix('?') {
        Some(word) => (word, true),
        None => (word, false),
    };
    match call_or_class(word) {
        Err(_) if optional => Ok(Vec::new()),
        outcome => outcome,
    }
}

fn call_or_class(word: &str) -> Result<Vec<&'static str>, ParseError> {
    let here = Architecture::HERE;
    if let Some(class) = word.strip_prefix('%') {
        return class_named(class)
            .map(<[_]>::to_vec)
            .ok_or_else(|| unknown_class(word));
    }
    if word.starts_with('/') {
        return Err(ParseError(format!(
            "regular expressions ({word}) are not understood here; name the calls or a class"
        )));
    }
    let number = word
        .parse()
        .ok()
        .or_else(|| here.number(word))
        .and_then(|number| here.name(number));
    if let Some(name) = number {
        return Ok(vec![name]);
    }
    classes::WITHOUT_PERCENT
        .contains(&word)
        .then(|| class_named(word))
        .flatten()
        .map(<[_]>::to_vec)
        .ok_or_else(|| unknown_call(word))
}

fn class_named(name: &str) -> Option<&'static [&'static str]> {
    let class = CLASSES.iter().find(|class| class.0.contains(&name))?;
    Some(class.1)
}

fn unknown_class(word: &str) -> ParseError {
    let names = || CLASSES.iter().flat_map(|class| class.0).copied();
    let hint = did_you_mean(&word[1..], names(), "%").unwrap_or_else(|| {
        let all: Vec<String> = names().map(|name| format!("%{name}")).collect();
        format!(" (there are {})", all.join(", "))
    });
    ParseError(format!("no class {word}{hint}"))
}

fn unknown_call(word: &str) -> ParseError {
    let here = Architecture::HERE;
    if word.is_empty() {
        return ParseError("a call or a class is missing".to_owned());
    }
    if word.starts_with('!') {
        return ParseError(format!(
            "{word}: a ! stands in front of the whole list and negates all of it"
        ));
    }
    if word == "none" {
        return ParseError("none is no call, and stands alone".to_owned());
    }
    let elsewhere = Architecture::ALL
        .into_iter()
        .find(|other| other.number(word).is_some())
        .map(|other| format!(" on {here}, only on {other}"))
        .unwrap_or_default();
    let names = here.calls().map(|(_, name)| name);
    let hint = did_you_mean(word, names, "").unwrap_or_default();
    ParseError(format!("no call {word}{elsewhere}{hint}"))
}

fn status(word: &str) -> Result<Vec<Status>, ParseError> {
    match STATUSES.iter().find(|(name, _)| *name == word) {
        Some((_, status)) => Ok(vec![*status]),
        None => {
            let names: Vec<&str> = STATUSES.iter().map(|(name, _)| *name).collect();
            let all = names.join(", ");
            Err(ParseError(format!("no status {word} (there are {all})")))
        }
    }
}
