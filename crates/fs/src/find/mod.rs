//! A walk with conditions and actions: `find`.
//!
//! An [`Expression`] is a tree of [`Condition`]s and [`Action`]s under *not*, *and* and *or*. It is
//! evaluated for one [`Candidate`] after another, from left to right and only as far as the result
//! needs, as in most languages; what makes it a program is that actions are expressions too: they do
//! something, and are true or false as it went. `-name core -delete -print` prints what could be
//! deleted.
//!
//! Evaluation itself does nothing and knows nothing of where actions happen: it asks whoever
//! implements [`Perform`]. Conditions cost what they need: names and kinds are in the directory, and only a
//! condition about more calls stat(2), at most once for a candidate. So the order in which they are written
//! matters: `-name '*.c' -size +1M` looks at few files, `-size +1M -name '*.c'` at all.
//!
//! [`Query`] is a whole command line: where to walk, how, and with which expression. When its actions
//! only print, nobody can tell in which order entries were met but from the order of the lines, which
//! is the directories' own and means nothing; then the walk uses all cores. With `-exec`, `-delete`, `-quit` or
//! `-depth` order has a meaning, and one thread walks depth-first.

mod compare;
mod expression;
mod mode;
mod parse;
mod perform;
mod printf;
mod query;

pub use compare::{Comparison, Stamp};
pub use expression::{Action, Candidate, Condition, Expression, Perform};
pub use mode::{ModeError, Permissions};
pub use parse::ParseError;
pub use printf::{Format, FormatError};
pub use query::{Links, Outcome, Query};
