//! What is told: five operations, with the words of Go's fsnotify.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What happened to a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Op {
    /// The name is new, was moved in from where nobody watches, or means another file than before.
    Create,
    /// The content changed (or at least its length or modification time).
    Write,
    /// The name is gone: removed, or moved to where nobody watches.
    Remove,
    /// The name is new and another one is gone: [`Event::from`].
    Rename,
    /// Mode, owner, times or another attribute changed.
    Chmod,
}

impl Op {
    /// All of them.
    pub const ALL: [Op; 5] = [Op::Create, Op::Write, Op::Remove, Op::Rename, Op::Chmod];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Op::Create => "create",
            Op::Write => "write",
            Op::Remove => "remove",
            Op::Rename => "rename",
            Op::Chmod => "chmod",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that is no operation.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no operation: create, write, remove, rename and chmod are")]
pub struct UnknownOp(String);

impl FromStr for Op {
    type Err = UnknownOp;

    fn from_str(word: &str) -> Result<Self, UnknownOp> {
        let known = Op::ALL.into_iter().find(|op| op.name() == word);
        known.ok_or_else(|| UnknownOp(word.to_owned()))
    }
}

/// A set of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ops(u8);

impl Ops {
    /// Every operation.
    pub const ALL: Ops = Ops(0b1_1111);

    /// Whether `op` is one of them.
    pub fn contains(self, op: Op) -> bool {
        self.0 & (1 << op as u8) != 0
    }
}

impl FromIterator<Op> for Ops {
    fn from_iter<I: IntoIterator<Item = Op>>(ops: I) -> Self {
        Ops(ops.into_iter().fold(0, |set, op| set | 1 << op as u8))
    }
}

/// One change of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub op: Op,
    /// To which name; after a rename the new one.
    pub path: PathBuf,
    /// The old name, for a rename and for nothing else.
    pub from: Option<PathBuf>,
}

impl Event {
    /// Any event but a rename.
    pub fn new(op: Op, path: impl Into<PathBuf>) -> Self {
        Event {
            op,
            path: path.into(),
            from: None,
        }
    }

    /// A rename.
    pub fn rename(from: impl Into<PathBuf>, to: impl Into<PathBuf>) -> Self {
        Event {
            op: Op::Rename,
            path: to.into(),
            from: Some(from.into()),
        }
    }
}

/// `write dir/name`, and for a rename `rename dir/old -> dir/new`.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            None => write!(f, "{} {}", self.op, self.path.display()),
            Some(from) => {
                let (from, to) = (from.display(), self.path.display());
                write!(f, "{} {from} -> {to}", self.op)
            }
        }
    }
}
