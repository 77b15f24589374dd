//! Texts into lines.
//!
//! Each column has a place where it ought to begin. A text that is too long pushes what follows,
//! and every later column uses the room that it has to spare until the line is back in its places:
//! a command with a huge memory size does not shift its whole line.

use super::column::{Align, Chosen};
use super::context::Context;
use crate::table::{Process, System};

/// A sheet of columns, ready to take lines.
pub(crate) struct Layout<'a> {
    columns: Vec<(&'a Chosen, usize)>,
    /// How long the line of a process may be.
    limit: Option<usize>,
    /// The text of one column: kept for its memory.
    text: String,
}

impl<'a> Layout<'a> {
    /// `limit` is the width of the terminal. Where not even the columns fit, a line may have two
    /// rows, or three.
    pub(crate) fn new(columns: &'a [Chosen], limit: Option<usize>, system: &System) -> Layout<'a> {
        let columns: Vec<_> = columns
            .iter()
            .map(|chosen| (chosen, chosen.width(system)))
            .collect();
        let needed = needed(&columns);
        Layout {
            columns,
            limit: limit.map(|limit| limit * needed.div_ceil(limit)),
            text: String::new(),
        }
    }

    /// Adds the headers, unless all are empty.
    pub(crate) fn header(&mut self, out: &mut String) {
        if self
            .columns
            .iter()
            .all(|(chosen, _)| chosen.header().is_empty())
        {
            return;
        }
        self.line(out, None, |text, chosen| text.push_str(chosen.header()));
    }

    /// Adds the line of a process.
    pub(crate) fn process(&mut self, out: &mut String, process: &Process, context: &mut Context) {
        let limit = self.limit;
        self.line(out, limit, |text, chosen| {
            chosen.column.show(text, process, context);
        });
    }

    fn line(
        &mut self,
        out: &mut String,
        limit: Option<usize>,
        mut show: impl FnMut(&mut String, &Chosen),
    ) {
        let last = self.columns.len().saturating_sub(1);
        let mut text = std::mem::take(&mut self.text);
        // Where we are, and where the next column ought to begin.
        let (mut actual, mut correct) = (0, 0);
        for (at, (chosen, width)) in self.columns.iter().enumerate() {
            text.clear();
            show(&mut text, chosen);
            let mut length = fit(&mut text, chosen.column.align, *width, at == last);
            let indent = match chosen.column.align {
                Align::Right => width.saturating_sub(length),
                _ => 0,
            };
            let least = usize::from(at > 0);
            let space = (correct + least + indent).saturating_sub(actual).max(least);
            if let Some(limit) = limit {
                length = cut(&mut text, limit.saturating_sub(actual + space));
            }
            out.extend(std::iter::repeat_n(' ', space));
            out.push_str(&text);
            actual += space + length;
            correct += least + width;
        }
        out.push('\n');
        self.text = text;
    }
}

/// Cuts what may be cut; gives the length in columns.
fn fit(text: &mut String, align: Align, width: usize, is_last: bool) -> usize {
    let length = text.chars().count();
    match align {
        Align::Left | Align::Right => length,
        Align::Rest if is_last => length,
        Align::Rest | Align::Cut => cut(text, width),
        Align::Name if length <= width => length,
        Align::Name => {
            let kept = cut(text, width.saturating_sub(1));
            text.push('+');
            kept + 1
        }
    }
}

/// How long a line has to be at least.
fn needed(columns: &[(&Chosen, usize)]) -> usize {
    let spaces = columns.len().saturating_sub(1);
    let widths = columns.iter().map(|(_, width)| width).sum::<usize>();
    // Of a command at the end a few letters are better than none.
    let surplus = match columns.last() {
        Some((chosen, width)) if chosen.column.align == Align::Rest => width.saturating_sub(3),
        _ => 0,
    };
    (spaces + widths - surplus).max(1)
}

fn cut(text: &mut String, width: usize) -> usize {
    // Bytes are at least as many as characters.
    if text.len() <= width {
        return text.chars().count();
    }
    if let Some((end, _)) = text.char_indices().nth(width) {
        text.truncate(end);
    }
    text.chars().count()
}
