//! `filepath.Match`: a shell-like pattern against a whole name.
//!
//! | pattern | matches |
//! |---|---|
//! | `*` | any bytes but `/`, none as well |
//! | `?` | one character but `/` |
//! | `[abx-z]` `[^abx-z]` | one character in the set, or not in it; `/` too |
//! | `\c` | the character c, whatever it means otherwise |
//! | any other | itself |
//!
//! A pattern falls into *chunks*, each a run of steps that take one character each, with a star before
//! it or not. A chunk is looked for at the current place, or after a star at each later place up to
//! the next slash, and the first that fits is taken for good. Going back to an earlier star would not
//! help: whatever it would skip, the later star can skip as well. So the time is at most the
//! pattern's length times the name's, and there is no exponential trap.
//!
//! That argument has a hole, and it is Go's too: a set may have taken a slash, which a later star
//! cannot skip. `*[^a]*b` does not match `x/b`: the set takes the `x`, the second star stops at the slash,
//! and nobody asks whether the first could have taken the `x`.
//!
//! A pattern is found malformed when the matching gets to the malformed chunk, and not before:
//! `a*[` against `b` is no error. A chunk is read as a whole, so that `b[` against `a` is one.
//!
//! Characters are UTF-8; a byte that is part of none counts as one U+FFFD. Plain characters are
//! compared byte by byte, which comes to the same.

use std::char::REPLACEMENT_CHARACTER;

/// Whether `pattern` matches the whole of `name`.
///
/// std has no patterns. The shell's own ([`fnmatch`](crate::fnmatch)) differ: they negate with `!`,
/// know classes such as `[[:alpha:]]`, let no set match a slash, and are never malformed.
///
/// ```
/// use fs::path::{BadPattern, matches};
///
/// assert_eq!(matches(b"*sampl[^a]*", b"/tmp/sample"), Ok(false));
/// assert_eq!(matches(b"*sampl[^a]*", b"my-sample.go"), Ok(true));
/// assert_eq!(matches(b"[a-", b"a"), Err(BadPattern));
/// ```
///
/// # Errors
///
/// If the pattern is malformed: an open `[`, an empty set or range, a `\` with nothing behind it.
pub fn matches(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    let mut rest = pattern;
    run(std::iter::from_fn(|| next_chunk(&mut rest)), name)
}

/// A pattern that is read once, to be matched with many names.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Up to the first that is malformed, and with it.
    chunks: Vec<Result<Chunk, BadPattern>>,
}

impl Pattern {
    /// Reads `pattern`. It may be malformed: some names are told from it all the same.
    pub fn new(pattern: &[u8]) -> Self {
        let mut rest = pattern;
        let mut chunks = Vec::new();
        while let Some(chunk) = next_chunk(&mut rest) {
            chunks.push(chunk);
        }
        Self { chunks }
    }

    /// Whether the pattern matches the whole of `name`.
    ///
    /// # Errors
    ///
    /// As [`matches()`].
    pub fn matches(&self, name: &[u8]) -> Result<bool, BadPattern> {
        run(self.chunks.iter().map(Result::as_ref), name)
    }
}

/// The pattern is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

impl From<&BadPattern> for BadPattern {
    fn from(error: &BadPattern) -> Self {
        *error
    }
}

/// A run of steps, and what goes before it.
#[derive(Debug, Clone)]
struct Chunk {
    /// Whether bytes may be skipped up to where the steps fit.
    star: bool,
    steps: Vec<Step>,
    /// Whether the pattern ends here, so that the name has to.
    last: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Byte(u8),
    /// `?`
    One,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

fn run<C, E>(chunks: impl Iterator<Item = Result<C, E>>, name: &[u8]) -> Result<bool, BadPattern>
where
    C: std::borrow::Borrow<Chunk>,
    BadPattern: From<E>,
{
    let mut name = name;
    for chunk in chunks {
        let chunk = chunk?;
        match chunk.borrow().find(name) {
            Some(rest) => name = rest,
            None => return Ok(false),
        }
    }
    Ok(name.is_empty())
}

impl Chunk {
    /// What follows the first place in `name` where the steps fit.
    fn find<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        if self.star && self.steps.is_empty() {
            return (!name.contains(&b'/')).then_some(b"");
        }
        let skippable = match self.star {
            true => name.iter().take_while(|&&byte| byte != b'/').count(),
            false => 0,
        };
        (0..=skippable)
            .filter_map(|skipped| self.fit(&name[skipped..]))
            .find(|rest| rest.is_empty() || !self.last)
    }

    /// What is left of `name` after the steps.
    fn fit<'n>(&self, mut name: &'n [u8]) -> Option<&'n [u8]> {
        for step in &self.steps {
            name = step.take(name)?;
        }
        Some(name)
    }
}

impl Step {
    fn take<'n>(&self, name: &'n [u8]) -> Option<&'n [u8]> {
        let first = *name.first()?;
        match self {
            Step::Byte(byte) => (first == *byte).then(|| &name[1..]),
            Step::One => (first != b'/').then(|| &name[decode(name).1..]),
            Step::Set { negated, ranges } => {
                let (found, length) = decode(name);
                let within = ranges
                    .iter()
                    .any(|&(low, high)| low <= found && found <= high);
                (within != *negated).then(|| &name[length..])
            }
        }
    }
}

/// Cuts the next chunk off `rest` and reads it.
fn next_chunk(rest: &mut &[u8]) -> Option<Result<Chunk, BadPattern>> {
    if rest.is_empty() {
        return None;
    }
    let stars = rest.iter().take_while(|&&byte| byte == b'*').count();
    let (text, after) = rest[stars..].split_at(chunk_length(&rest[stars..]));
    *rest = after;
    Some(read_steps(text).map(|steps| Chunk {
        star: stars > 0,
        steps,
        last: after.is_empty(),
    }))
}

/// Up to the next star that is neither escaped nor between brackets. Of these only the nearest `]` is
/// looked for here, whether or not it may close the set: that is what decides in Go, too.
fn chunk_length(pattern: &[u8]) -> usize {
    let mut in_set = false;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_set = true,
            b']' => in_set = false,
            b'*' if !in_set => return at,
            _ => {}
        }
        at += 1;
    }
    pattern.len()
}

fn read_steps(mut text: &[u8]) -> Result<Vec<Step>, BadPattern> {
    let mut steps = Vec::with_capacity(text.len());
    while let [first, rest @ ..] = text {
        text = rest;
        steps.push(match first {
            b'?' => Step::One,
            b'[' => read_set(&mut text)?,
            b'\\' => {
                let (&escaped, rest) = text.split_first().ok_or(BadPattern)?;
                text = rest;
                Step::Byte(escaped)
            }
            &byte => Step::Byte(byte),
        });
    }
    Ok(steps)
}

/// Reads a set from behind its `[` on, its `]` included. At the end of the text it looks for a further
/// member, and that is the error.
fn read_set(text: &mut &[u8]) -> Result<Step, BadPattern> {
    let negated = text.first() == Some(&b'^');
    if negated {
        *text = &text[1..];
    }
    let mut ranges = Vec::new();
    while ranges.is_empty() || text.first() != Some(&b']') {
        let low = read_bound(text)?;
        let mut high = low;
        if text.first() == Some(&b'-') {
            *text = &text[1..];
            high = read_bound(text)?;
        }
        ranges.push((low, high));
    }
    *text = &text[1..];
    Ok(Step::Set { negated, ranges })
}

/// A character of a set, escaped or not.
fn read_bound(text: &mut &[u8]) -> Result<char, BadPattern> {
    *text = match **text {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', ref escaped @ ..] => escaped,
        _ => text,
    };
    let (bound, length) = decode(text);
    if bound == REPLACEMENT_CHARACTER && length <= 1 {
        return Err(BadPattern);
    }
    *text = &text[length..];
    Ok(bound)
}

/// The first character and its length in bytes; U+FFFD and 1 where no character begins, 0 at the end.
fn decode(text: &[u8]) -> (char, usize) {
    // No character is longer than four bytes.
    let window = &text[..text.len().min(4)];
    match window.utf8_chunks().next() {
        None => (REPLACEMENT_CHARACTER, 0),
        Some(chunk) => match chunk.valid().chars().next() {
            Some(first) => (first, first.len_utf8()),
            None => (REPLACEMENT_CHARACTER, 1),
        },
    }
}
