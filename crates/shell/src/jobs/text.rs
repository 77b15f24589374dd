//! The text of a job, made from the tree: what `jobs` prints.

use crate::syntax::ast::{AndOr, Command, Item, Pipeline};
use crate::syntax::print;

/// Longer than this, and the rest of a job's text is left out.
const ENOUGH: usize = 200;

/// One line that stands for the list.
pub(crate) fn of_and_or(and_or: &AndOr) -> String {
    let item = Item {
        and_or: and_or.clone(),
        background: false,
    };
    shortened(&print::one_line(&[item]))
}

/// One line that stands for the parts of a pipeline.
pub(crate) fn of_commands(commands: &[Command]) -> String {
    let first = Pipeline {
        negated: false,
        commands: commands.to_vec(),
    };
    of_and_or(&AndOr {
        first,
        rest: Vec::new(),
    })
}

fn shortened(line: &[u8]) -> String {
    let mut text = String::from_utf8_lossy(line).trim_end().to_owned();
    if text.len() > ENOUGH {
        let end = (0..=ENOUGH).rev().find(|&at| text.is_char_boundary(at));
        text.truncate(end.unwrap_or(0));
        text.push('…');
    }
    text
}
