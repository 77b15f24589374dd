//! What `chmod` takes: `644`, or `u=rw,go=r`.
//!
//! A symbolic change is clauses between commas, each of them *who*, then actions of *operator* and
//! *permissions*: `go-w+x`. The grammar is POSIX's
//! ([chmod](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/chmod.html)).

use std::str::FromStr;

use super::MODE_BITS;

/// A change of a mode, read from text.
///
/// ```
/// use fs::attributes::Change;
///
/// let change: Change = "u=rwx,go-w".parse()?;
/// assert_eq!(change.apply(0o666, false, 0), 0o744);
/// # Ok::<(), fs::attributes::ParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change(Kind);

/// Neither an octal mode up to 7777 nor a symbolic change.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid mode {text:?}")]
pub struct ParseError {
    /// What was to be read.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Exactly(u32),
    Actions(Vec<Action>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Action {
    /// The bits of those it speaks of; none when it does not say.
    who: u32,
    operator: char,
    permissions: Permissions,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Permissions {
    /// `g` in `o=g`: what these have, by the shift of their bits.
    Of(u32),
    /// The bits for everybody, and whether `X` is among them.
    Bits {
        bits: u32,
        conditional_execute: bool,
    },
}

impl Change {
    /// The mode that `mode` becomes.
    ///
    /// `X` gives execution to directories and to files that somebody may execute already. An action
    /// that does not say for whom (`+w`) is for all, but leaves the bits of `umask` alone.
    #[must_use]
    pub fn apply(&self, mode: u32, is_directory: bool, umask: u32) -> u32 {
        match &self.0 {
            Kind::Exactly(bits) => *bits,
            Kind::Actions(actions) => actions.iter().fold(mode & MODE_BITS, |mode, action| {
                action.apply(mode, is_directory, umask)
            }),
        }
    }
}

impl Action {
    fn apply(&self, mode: u32, is_directory: bool, umask: u32) -> u32 {
        let (reach, umask) = match self.who {
            0 => (MODE_BITS, umask),
            who => (who, 0),
        };
        let bits = self.bits(mode, is_directory) & reach & !umask;
        match self.operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            _ => (mode & !reach) | bits,
        }
    }

    fn bits(&self, mode: u32, is_directory: bool) -> u32 {
        match self.permissions {
            Permissions::Of(shift) => ((mode >> shift) & 7) * 0o111,
            Permissions::Bits {
                bits,
                conditional_execute,
            } => {
                let executable = is_directory || mode & 0o111 != 0;
                bits | if conditional_execute && executable {
                    0o111
                } else {
                    0
                }
            }
        }
    }
}

impl FromStr for Change {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let kind = if text.starts_with(|first: char| first.is_ascii_digit()) {
            octal(text).map(Kind::Exactly)
        } else {
            symbolic(text).map(Kind::Actions)
        };
        kind.map(Self).ok_or_else(|| ParseError {
            text: text.to_owned(),
        })
    }
}

fn octal(text: &str) -> Option<u32> {
    let mode = u32::from_str_radix(text, 8).ok()?;
    (mode <= MODE_BITS).then_some(mode)
}

fn symbolic(text: &str) -> Option<Vec<Action>> {
    let clauses: Option<Vec<_>> = text.split(',').map(clause).collect();
    Some(clauses?.concat())
}

/// `go-w+x`: who, and at least one action.
fn clause(text: &str) -> Option<Vec<Action>> {
    let operators = |letter: char| matches!(letter, '+' | '-' | '=');
    let start = text.find(operators)?;
    let who = text[..start]
        .chars()
        .try_fold(0, |who, letter| Some(who | reach_of(letter)?))?;
    let mut actions = Vec::new();
    let mut rest = &text[start..];
    while let Some(operator) = rest.chars().next() {
        let end = rest[1..].find(operators).map_or(rest.len(), |at| at + 1);
        let permissions = permissions(&rest[1..end])?;
        actions.push(Action {
            who,
            operator,
            permissions,
        });
        rest = &rest[end..];
    }
    Some(actions)
}

fn reach_of(letter: char) -> Option<u32> {
    match letter {
        'u' => Some(0o4700),
        'g' => Some(0o2070),
        'o' => Some(0o1007),
        'a' => Some(MODE_BITS),
        _ => None,
    }
}

fn permissions(text: &str) -> Option<Permissions> {
    match text {
        "u" => return Some(Permissions::Of(6)),
        "g" => return Some(Permissions::Of(3)),
        "o" => return Some(Permissions::Of(0)),
        _ => {}
    }
    let bits = text
        .chars()
        .try_fold(0, |bits, letter| Some(bits | bits_of(letter)?))?;
    Some(Permissions::Bits {
        bits,
        conditional_execute: text.contains('X'),
    })
}

fn bits_of(letter: char) -> Option<u32> {
    match letter {
        'r' => Some(0o444),
        'w' => Some(0o222),
        'x' => Some(0o111),
        's' => Some(0o6000),
        't' => Some(0o1000),
        'X' => Some(0),
        _ => None,
    }
}
