//! From the text of a lesson to its patterns.

use std::collections::BTreeSet;

use super::pattern::Glob;
use super::text::{is_word, outside_strings, single_spaced, strings_are_closed};

/// The calls that a lesson claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    patterns: Vec<Pattern>,
    /// The names behind the `$`; a variable's number is its place here.
    pub(super) variables: Vec<String>,
}

/// One line of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// As the lesson has it.
    pub text: String,
    /// Where it stands, counted from 1.
    pub line: usize,
    /// How often, and when.
    pub demand: Demand,
    /// The call's name, perhaps with `*` in it.
    pub name: String,
    pub(super) glob: Glob,
}

/// How often a call must be in the trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// Once, after the calls of the lines above that demand the same.
    InOrder,
    /// Exactly so often in the whole run.
    Exactly(usize),
    /// Not at all.
    Never,
}

/// Why a block is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct BlockError {
    /// Where, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a line of a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The fence that opens the block has no counterpart.
    #[error("the block is not closed; a line of three backticks ends it")]
    Unclosed,
    /// A lesson has one block.
    #[error("a second block; a lesson has one, as its calls have one order")]
    Second,
    /// A block claims something.
    #[error("the block is empty")]
    Empty,
    /// A line that does not begin with a call's name.
    #[error("`{0}` does not begin with the name of a call")]
    NoName(String),
    /// A string that does not end.
    #[error("the string is not closed; `\"text*\"` is one that begins with text")]
    OpenString,
    /// Behind the name there is neither `(` nor ` = `.
    #[error("`{0}` behind the name; expected arguments in parentheses, ` = ` or nothing")]
    Stray(String),
    /// The number is too large.
    #[error("`{0}` is no number of calls")]
    Count(String),
    /// Both `!` and `xN`.
    #[error("a call that must not happen (`!`) cannot be counted")]
    CountedNever,
    /// A variable where the order does not count.
    #[error("`${0}` has no value here: a line with `!` or `xN` speaks of the whole run")]
    Variable(String),
}

const FENCE: &str = "```";
const OPENING: &str = "```syscalls";

impl Block {
    /// The block in the header of a lesson: in the `//!` lines with which the file begins.
    ///
    /// # Errors
    ///
    /// [`BlockError`], with the line in `source`.
    pub fn find_in(source: &str) -> Result<Option<Self>, BlockError> {
        let mut header = (1..).zip(
            source
                .lines()
                .map_while(|line| line.strip_prefix("//!"))
                .map(str::trim),
        );
        let Some((opening, _)) = header.find(|(_, text)| *text == OPENING) else {
            return Ok(None);
        };
        let mut inside = Vec::new();
        loop {
            match header.next() {
                Some((_, FENCE)) => break,
                Some(line) => inside.push(line),
                None => return Err(Problem::Unclosed.at(opening)),
            }
        }
        if let Some((second, _)) = header.find(|(_, text)| *text == OPENING) {
            return Err(Problem::Second.at(second));
        }
        Self::of_lines(opening, inside.into_iter()).map(Some)
    }

    /// The text between the fences.
    ///
    /// # Errors
    ///
    /// [`BlockError`], with the line in `text`.
    pub fn parse(text: &str) -> Result<Self, BlockError> {
        Self::of_lines(1, (1..).zip(text.lines()))
    }

    fn of_lines<'a>(
        opening: usize,
        lines: impl Iterator<Item = (usize, &'a str)>,
    ) -> Result<Self, BlockError> {
        let mut variables = Vec::new();
        let patterns = lines
            .map(|(number, text)| (number, text.trim()))
            .filter(|(_, text)| !text.is_empty())
            .map(|(number, text)| {
                Pattern::parse(number, text, &mut variables).map_err(|problem| problem.at(number))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if patterns.is_empty() {
            return Err(Problem::Empty.at(opening));
        }
        Ok(Self {
            patterns,
            variables,
        })
    }

    /// The lines, from the first on.
    #[must_use]
    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The lines whose order counts.
    pub(super) fn in_order(&self) -> impl Iterator<Item = &Pattern> {
        self.patterns
            .iter()
            .filter(|pattern| pattern.demand == Demand::InOrder)
    }

    /// The names of all calls that the block speaks about, so that the tracer need not stop at others;
    /// `None` when a name has a `*` in it and every call has to be looked at.
    #[must_use]
    pub fn names(&self) -> Option<BTreeSet<&str>> {
        self.patterns
            .iter()
            .map(|pattern| (!pattern.name.contains('*')).then_some(pattern.name.as_str()))
            .collect()
    }
}

impl Problem {
    fn at(self, line: usize) -> BlockError {
        BlockError {
            line,
            problem: self,
        }
    }
}

impl Pattern {
    fn parse(line: usize, text: &str, variables: &mut Vec<String>) -> Result<Self, Problem> {
        if !strings_are_closed(text) {
            return Err(Problem::OpenString);
        }
        let spaced = single_spaced(text);
        let (never, call) = match spaced.strip_prefix('!') {
            Some(call) => (true, call.trim_start()),
            None => (false, &*spaced),
        };
        let (call, count) = split_count(call)?;
        let demand = match (never, count) {
            (false, None) => Demand::InOrder,
            (false, Some(count)) => Demand::Exactly(count),
            (true, None) => Demand::Never,
            (true, Some(_)) => return Err(Problem::CountedNever),
        };
        let (name, whole) = complete(call)?;
        let (glob, names) = Glob::parse(&whole, variables);
        match names.first() {
            Some(name) if demand != Demand::InOrder => Err(Problem::Variable(name.clone())),
            _ => Ok(Self {
                text: text.to_owned(),
                line,
                demand,
                name: name.to_owned(),
                glob,
            }),
        }
    }
}

/// Splits `write x10` into `write` and 10.
fn split_count(call: &str) -> Result<(&str, Option<usize>), Problem> {
    let Some((rest, last)) = call.rsplit_once(' ') else {
        return Ok((call, None));
    };
    match last.strip_prefix('x') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => digits
            .parse()
            .map(|count| (rest, Some(count)))
            .map_err(|_| Problem::Count(last.to_owned())),
        _ => Ok((call, None)),
    }
}

/// The name, and the whole call with `*` for what was not said.
fn complete(call: &str) -> Result<(&str, String), Problem> {
    let is_name = |c: char| is_word(c) || c == '*';
    let end = call.find(|c| !is_name(c)).unwrap_or(call.len());
    let (name, rest) = call.split_at(end);
    if name.is_empty() {
        return Err(Problem::NoName(call.to_owned()));
    }
    let whole = if rest.is_empty() {
        format!("{name}(*) = *")
    } else if rest.starts_with(" = ") {
        format!("{name}(*){rest}")
    } else if !rest.starts_with('(') {
        return Err(Problem::Stray(rest.trim().to_owned()));
    } else if outside_strings(rest, ") = ") {
        format!("{name}{rest}")
    } else {
        format!("{name}{rest} = *")
    };
    Ok((name, whole))
}
