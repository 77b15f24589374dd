//! The `syscalls` blocks of the lessons, and whether a trace bears them out.
//!
//! A lesson says in its header which calls prove its claim, a pattern on each line:
//!
//! ```text
//! //! ```syscalls
//! //! openat(AT_FDCWD, "*/first", O_WRONLY|O_CREAT|*) = $first
//! //! close($first) = 0
//! //! !fsync
//! //! write x10
//! //! ```
//! ```
//!
//! The lines are to be found in this order among the calls of the run, of whichever process; other
//! calls may come between. In a line
//!
//! - `*` stands for any text of the call, also for none;
//! - `$name` stands for one value: a *word* (letters, digits and `_`, as many as there are: a number,
//!   an address, the name of a flag) or a whole string with its quotes. Wherever the name comes
//!   again it stands for the same value;
//! - what is not said is not asked: without ` = ` any result will do, without parentheses any
//!   arguments;
//! - a row of blanks is one blank, except in a string.
//!
//! Two kinds of line are not part of the order, but speak of the whole run, and so cannot contain a
//! `$name`: one with `xN` at its end asks for exactly N calls that fit, one that begins with `!` for
//! none.
//!
//! A trace bears a block out if there is *any* way to find the lines, whichever values the names then
//! have: a call that fits a line, but leaves a later line without its own, is passed over. That takes
//! no backtracking; `search.rs` says why.
//!
//! Nothing here traces anything: a [`Line`] is the text of a call.
//!
//! ```
//! use syscalls::witness::{Block, Line};
//!
//! let lesson = r#"//! What is opened is closed.
//! //!
//! //! ```syscalls
//! //! openat(AT_FDCWD, "*/notes", *) = $fd
//! //! close($fd) = 0
//! //! ```
//! "#;
//! let block = Block::find_in(lesson)?.expect("a block");
//! let trace = [
//!     r#"openat(AT_FDCWD, "/tmp/notes", O_RDONLY) = 3"#,
//!     r#"openat(AT_FDCWD, "/tmp/notes", O_RDONLY) = 4"#,
//!     r#"close(4) = 0"#,
//! ]
//! .map(|text| Line::new(1, text));
//! let witness = block.check(&trace)?;
//! assert_eq!(witness.found, [[1], [2]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod pattern;
mod search;
mod text;

mod failure;
mod nearest;
mod picture;

pub use block::{Block, BlockError, Demand, Pattern, Problem};
pub use failure::{Conflict, Failure, Reason};

use std::borrow::Cow;

use crate::event::{Event, Kind, Pid};

/// One call of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The process that called.
    pub pid: Pid,
    /// As [`Call`](crate::event::Call) displays it: `close(3) = 0`.
    pub text: String,
}

impl Line {
    /// A call of the process `pid`.
    pub fn new(pid: Pid, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { pid, text }
    }

    /// The line of an event, if that is a call.
    #[must_use]
    pub fn of(event: &Event) -> Option<Self> {
        match &event.kind {
            Kind::Call(call) => Some(Self::new(event.pid, call.to_string())),
            _ => None,
        }
    }
}

/// Which calls bear a block out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// For each of the block's patterns the calls it found, as indices into the trace: one for a
    /// pattern that has its place in the order, N for one with `xN`, none for one with `!`.
    pub found: Vec<Vec<usize>>,
}

impl Block {
    /// Looks for the calls in a trace.
    ///
    /// # Errors
    ///
    /// [`Failure`] tells the first pattern that the trace does not bear out, and why.
    pub fn check(&self, trace: &[Line]) -> Result<Witness, Failure> {
        let texts: Vec<Cow<'_, str>> = trace
            .iter()
            .map(|line| text::single_spaced(&line.text))
            .collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let mut in_order = search::in_order(self, &texts)
            .map_err(|dead_end| failure::out_of_order(self, trace, &texts, &dead_end))?
            .into_iter();
        let mut found = Vec::new();
        for pattern in self.patterns() {
            found.push(match pattern.demand {
                Demand::InOrder => in_order.next().into_iter().collect(),
                Demand::Exactly(count) => exactly(count, pattern, trace, &texts)?,
                Demand::Never => never(pattern, trace, &texts)?,
            });
        }
        Ok(Witness { found })
    }
}

fn exactly(
    count: usize,
    pattern: &Pattern,
    trace: &[Line],
    texts: &[&str],
) -> Result<Vec<usize>, Failure> {
    let calls = matching(pattern, texts);
    if calls.len() == count {
        Ok(calls)
    } else {
        Err(failure::miscounted(pattern, count, &calls, trace, texts))
    }
}

fn never(pattern: &Pattern, trace: &[Line], texts: &[&str]) -> Result<Vec<usize>, Failure> {
    let calls = matching(pattern, texts);
    if calls.is_empty() {
        Ok(calls)
    } else {
        Err(failure::happened(pattern, &calls, trace))
    }
}

/// All calls that fit a pattern without variables.
fn matching(pattern: &Pattern, texts: &[&str]) -> Vec<usize> {
    (0..texts.len())
        .filter(|&index| !pattern.glob.solutions(texts[index], 0).is_empty())
        .collect()
}
