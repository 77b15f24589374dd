//! `{a,b}`: no part of POSIX, and made here when the host asks for it.
//!
//! Before any other expansion, a word with a brace in it becomes several: `x{a,b}y` is `xay xby`. Only
//! unquoted text takes part, which is what the literals of a word are. Braces without a comma between
//! them stay as they are. `{1..9}` is not done.

use crate::syntax::ast::{Part, Word};

/// More words than this from one are refused.
pub(in crate::syntax) const MOST: usize = 10_000;

/// More pairs than this in one word are refused: each is a level of recursion.
const MOST_PAIRS: usize = 200;

/// The words that `word` makes. None if they are too many.
pub(in crate::syntax) fn expand(word: Word) -> Option<Vec<Word>> {
    if pairs(&word.parts).len() > MOST_PAIRS {
        return None;
    }
    alternatives(word)
}

fn alternatives(word: Word) -> Option<Vec<Word>> {
    let Some(braces) = find(&word.parts) else {
        return Some(vec![word]);
    };
    let mut words = Vec::new();
    // Those behind it are the same for each choice, so they are made once.
    let after = alternatives(whole(braces.after, &word))?;
    for choice in braces.choices {
        for inner in alternatives(whole(choice, &word))? {
            for last in &after {
                if words.len() == MOST {
                    return None;
                }
                let mut parts = braces.before.clone();
                append(&mut parts, &inner.parts);
                append(&mut parts, &last.parts);
                words.push(whole(parts, &word));
            }
        }
    }
    Some(words)
}

/// A word split at its first pair of braces.
struct Braces {
    before: Vec<Part>,
    choices: Vec<Vec<Part>>,
    after: Vec<Part>,
}

/// A byte of a literal that means something here, by part and by offset in it.
#[derive(Clone, Copy)]
struct Mark {
    part: usize,
    offset: usize,
    byte: u8,
}

impl Mark {
    fn order(self) -> (usize, usize) {
        (self.part, self.offset)
    }
}

fn find(parts: &[Part]) -> Option<Braces> {
    let edges = pairs(parts)
        .into_iter()
        .min_by_key(|edges| edges[0].order())?;
    let choices = edges
        .windows(2)
        .map(|pair| cut(parts, Some(pair[0]), Some(pair[1])));
    Some(Braces {
        before: cut(parts, None, edges.first().copied()),
        choices: choices.collect(),
        after: cut(parts, edges.last().copied(), None),
    })
}

/// Each pair of braces with commas, as its marks in order.
fn pairs(parts: &[Part]) -> Vec<Vec<Mark>> {
    let mut open: Vec<Vec<Mark>> = Vec::new();
    let mut pairs = Vec::new();
    for mark in marks(parts) {
        if mark.byte == b'{' {
            open.push(vec![mark]);
            continue;
        }
        let Some(innermost) = open.last_mut() else {
            continue;
        };
        innermost.push(mark);
        if mark.byte == b'}' {
            pairs.extend(open.pop().filter(|marks| marks.len() > 2));
        }
    }
    pairs
}

fn marks(parts: &[Part]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (part, inner) in parts.iter().enumerate() {
        if let Part::Literal(text) = inner {
            let found = text
                .iter()
                .enumerate()
                .filter(|(_, byte)| b"{,}".contains(byte));
            marks.extend(found.map(|(offset, &byte)| Mark { part, offset, byte }));
        }
    }
    marks
}

/// What stands between two marks.
fn cut(parts: &[Part], from: Option<Mark>, to: Option<Mark>) -> Vec<Part> {
    let first = from.map_or(0, |mark| mark.part);
    let last = to.map_or(parts.len(), |mark| mark.part + 1);
    let mut out = Vec::new();
    for (index, part) in parts.iter().enumerate().take(last).skip(first) {
        let Part::Literal(text) = part else {
            out.push(part.clone());
            continue;
        };
        let begin = from
            .filter(|mark| mark.part == index)
            .map_or(0, |mark| mark.offset + 1);
        let end = to
            .filter(|mark| mark.part == index)
            .map_or(text.len(), |mark| mark.offset);
        if begin < end {
            out.push(Part::Literal(text[begin..end].to_vec()));
        }
    }
    out
}

fn append(parts: &mut Vec<Part>, more: &[Part]) {
    for part in more {
        match (parts.last_mut(), part) {
            (Some(Part::Literal(text)), Part::Literal(next)) => text.extend_from_slice(next),
            _ => parts.push(part.clone()),
        }
    }
}

fn whole(parts: Vec<Part>, word: &Word) -> Word {
    Word {
        parts,
        position: word.position,
    }
}
