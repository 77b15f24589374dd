//! `~`: POSIX.1-2024, 2.6.1.

use crate::syntax::ast::{Bytes, Part};

/// Finds `~` and `~user` at the begin of a word.
pub(in crate::syntax) fn mark(parts: &mut Vec<Part>) {
    let Some(Part::Literal(text)) = parts.first() else {
        return;
    };
    let last = parts.len() == 1;
    if let Some(end) = prefix(text, last, b"/") {
        let mut front = Vec::new();
        split(text, 0, end, &mut front);
        parts.splice(..1, front);
    }
}

/// Finds them in the value of an assignment: at its begin and after each `:`.
pub(in crate::syntax) fn mark_assigned(parts: &mut Vec<Part>) {
    let count = parts.len();
    let mut marked = Vec::with_capacity(count);
    for (index, part) in parts.drain(..).enumerate() {
        match part {
            Part::Literal(text) => {
                mark_literal(&text, index == 0, index + 1 == count, &mut marked);
            }
            other => marked.push(other),
        }
    }
    *parts = marked;
}

fn mark_literal(text: &[u8], first: bool, last: bool, out: &mut Vec<Part>) {
    let mut begin = 0;
    for (index, _) in text.iter().enumerate().filter(|&(_, &byte)| byte == b'~') {
        let special = match index {
            0 => first,
            _ => text[index - 1] == b':',
        };
        if special && let Some(length) = prefix(&text[index..], last, b"/:") {
            push(&text[begin..index], out);
            out.push(Part::Tilde(text[index + 1..index + length].to_vec()));
            begin = index + length;
        }
    }
    push(&text[begin..], out);
}

/// How long the `~user` at the begin of `text` is. A name goes on into the next part unless something
/// ends it, and then it is none: a quoted name is no name of a user.
fn prefix(text: &[u8], last: bool, ends: &[u8]) -> Option<usize> {
    let name = text.strip_prefix(b"~")?;
    let length = name.iter().position(|byte| ends.contains(byte));
    let length = length.or(last.then_some(name.len()))?;
    let portable = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    name[..length].iter().all(portable).then_some(length + 1)
}

fn split(text: &[u8], begin: usize, end: usize, out: &mut Vec<Part>) {
    out.push(Part::Tilde(text[begin + 1..end].to_vec()));
    push(&text[end..], out);
}

fn push(text: &[u8], out: &mut Vec<Part>) {
    if !text.is_empty() {
        out.push(Part::Literal(Bytes::from(text)));
    }
}
