//! One line of a block against one call.
//!
//! A line with two `*` and a `$name` between them can fit a call in several ways, each with another
//! value. [`Glob::solutions`] finds them all by going through the pattern once, with the set of all
//! places in the text where its beginning can end: no way is followed twice, so a line of many `*`
//! costs no more than its length times the call's.

use std::collections::HashSet;

use super::text::{is_word, value};

/// The values of a block's variables, by number; `None` is not bound (yet).
pub(super) type Values<'t> = Vec<Option<&'t str>>;

/// A pattern's text, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glob {
    pub(super) parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// This text; never empty, and never beside another one.
    Literal(String),
    /// `*`
    Any,
    /// `$name`
    Variable(usize),
}

/// One way to fit the beginning of a pattern to a text.
#[derive(Clone)]
struct Fit<'t> {
    /// How much of the text is used up.
    end: usize,
    /// After a `*`: the next part may begin at `end` or anywhere behind it.
    floating: bool,
    values: Values<'t>,
}

impl Glob {
    /// Takes a pattern apart; returns the names of its variables too. New ones are added to
    /// `variables`.
    pub(super) fn parse(text: &str, variables: &mut Vec<String>) -> (Self, Vec<String>) {
        let mut parts = Vec::new();
        let mut names = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if first == '*' {
                rest = &rest[1..];
                if parts.last() != Some(&Part::Any) {
                    parts.push(Part::Any);
                }
            } else if let Some(name) = variable(rest) {
                rest = &rest[1 + name.len()..];
                parts.push(Part::Variable(number_of(name, variables)));
                names.push(name.to_owned());
            } else {
                let end = first.len_utf8();
                match parts.last_mut() {
                    Some(Part::Literal(literal)) => literal.push(first),
                    _ => parts.push(Part::Literal(rest[..end].to_owned())),
                }
                rest = &rest[end..];
            }
        }
        (Self { parts }, names)
    }

    /// The numbers of the variables that occur.
    pub(super) fn variables(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(number) => Some(*number),
            _ => None,
        })
    }

    /// All ways in which the pattern fits the whole text, as the values that they give to `variables`
    /// variables.
    pub(super) fn solutions<'t>(&self, text: &'t str, variables: usize) -> Vec<Values<'t>> {
        // Most calls are none that a pattern speaks about.
        if let Some(Part::Literal(literal)) = self.parts.first()
            && !text.starts_with(literal.as_str())
        {
            return Vec::new();
        }
        let mut fits = vec![Fit::start(variables)];
        for part in &self.parts {
            fits = part.extend(fits, text);
        }
        let mut seen = HashSet::new();
        fits.retain(|fit| fit.floating || fit.end == text.len());
        fits.into_iter()
            .map(|fit| fit.values)
            .filter(|values| seen.insert(values.clone()))
            .collect()
    }

    /// Where a text and the pattern part: how far into the text a beginning of the pattern can be made
    /// to fit, with these values. `None` when the whole fits.
    pub(super) fn parting(&self, text: &str, bound: &[Option<&str>]) -> Option<usize> {
        let variables = self.variables().map(|number| number + 1).max().unwrap_or(0);
        let mut start = Fit::start(variables.max(bound.len()));
        start.values[..bound.len()].copy_from_slice(bound);
        let mut fits = vec![start];
        for part in &self.parts {
            let further = part.extend(fits.clone(), text);
            if further.is_empty() {
                return fits.iter().map(|fit| part.reach(fit, text)).max();
            }
            fits = further;
        }
        let whole = |fit: &Fit<'_>| fit.floating || fit.end == text.len();
        let longest = fits.iter().map(|fit| fit.end).max();
        longest.filter(|_| !fits.iter().any(whole))
    }
}

impl Part {
    /// All ways to go on from `fits` by this part.
    fn extend<'t>(&self, fits: Vec<Fit<'t>>, text: &'t str) -> Vec<Fit<'t>> {
        match self {
            Self::Any => floating(fits),
            Self::Literal(literal) => fits
                .iter()
                .flat_map(|fit| fit.past(literal, text))
                .collect(),
            Self::Variable(number) => fits
                .into_iter()
                .flat_map(|fit| fit.bind(*number, text))
                .collect(),
        }
    }

    /// How far this part, which does not fit behind `fit`, comes nevertheless.
    fn reach(&self, fit: &Fit<'_>, text: &str) -> usize {
        let Self::Literal(literal) = self else {
            return fit.end;
        };
        let common = |start: usize| {
            let pairs = text[start..].chars().zip(literal.chars());
            pairs
                .take_while(|(ours, theirs)| ours == theirs)
                .map(|(c, _)| c.len_utf8())
                .sum::<usize>()
        };
        let starts = fit.starts(text).rev();
        let best = starts.max_by_key(|start| common(*start));
        best.map_or(fit.end, |start| start + common(start))
    }
}

impl<'t> Fit<'t> {
    fn start(variables: usize) -> Self {
        Self {
            end: 0,
            floating: false,
            values: vec![None; variables],
        }
    }

    fn until(&self, end: usize) -> Self {
        Self {
            end,
            floating: false,
            values: self.values.clone(),
        }
    }

    /// The places where the next part can begin.
    fn starts(&self, text: &str) -> impl DoubleEndedIterator<Item = usize> {
        let last = if self.floating { text.len() } else { self.end };
        (self.end..=last).filter(|start| text.is_char_boundary(*start))
    }

    /// All ways to find `literal` next.
    fn past(&self, literal: &str, text: &str) -> Vec<Self> {
        if !self.floating {
            let found = text[self.end..].starts_with(literal);
            return found
                .then(|| self.until(self.end + literal.len()))
                .into_iter()
                .collect();
        }
        let first = literal.chars().next().map_or(1, char::len_utf8);
        let mut fits = Vec::new();
        let mut from = self.end;
        // From one find to the next is only a character: they may overlap.
        while let Some(distance) = text[from..].find(literal) {
            fits.push(self.until(from + distance + literal.len()));
            from += distance + first;
        }
        fits
    }

    /// All ways to find a variable's value next.
    fn bind(&self, number: usize, text: &'t str) -> Vec<Self> {
        self.starts(text)
            // Behind a `*` a word begins where it begins, not somewhere in it.
            .filter(|start| !self.floating || !text[..*start].ends_with(is_word))
            .filter_map(|start| {
                let value = value(text, start)?;
                let mut fit = self.until(start + value.len());
                match fit.values[number].replace(value) {
                    Some(before) if before != value => None,
                    _ => Some(fit),
                }
            })
            .collect()
    }
}

/// Behind a `*` only the first place matters for each set of values: from there all later ones are in
/// reach.
fn floating(mut fits: Vec<Fit<'_>>) -> Vec<Fit<'_>> {
    fits.sort_by_key(|fit| fit.end);
    let mut seen = HashSet::new();
    fits.retain(|fit| seen.insert(fit.values.clone()));
    for fit in &mut fits {
        fit.floating = true;
    }
    fits
}

/// The name with which a `$name` begins; `$0` and `$` are plain text.
fn variable(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('$')?;
    let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let name = &rest[..end];
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then_some(name)
}

fn number_of(name: &str, variables: &mut Vec<String>) -> usize {
    let known = variables.iter().position(|known| known == name);
    known.unwrap_or_else(|| {
        variables.push(name.to_owned());
        variables.len() - 1
    })
}
