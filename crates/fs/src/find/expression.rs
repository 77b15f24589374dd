//! Expressions and how they are evaluated.

use std::cell::OnceCell;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat};

use super::{Comparison, Format, Permissions, Stamp};
use crate::fnmatch::Pattern;
use crate::walk::{Entry, Kind, Metadata};

/// What is evaluated for each candidate.
#[derive(Debug, Clone)]
pub enum Expression {
    /// A question about the candidate.
    If(Condition),
    /// Something done to it.
    Do(Action),
    /// True when the inner one is false.
    Not(Box<Expression>),
    /// True when all are; ends at the first that is not.
    And(Vec<Expression>),
    /// True when one is; ends at the first that is.
    Or(Vec<Expression>),
    /// `,`: all are evaluated, and the last one counts.
    List(Vec<Expression>),
}

/// Questions without side effects.
#[derive(Debug, Clone)]
pub enum Condition {
    /// `-true`, `-false`.
    Always(bool),
    /// The last name matches.
    Name(Pattern),
    /// The whole path matches.
    Path(Pattern),
    /// It is a symlink, and what is in it matches.
    Target(Pattern),
    /// One of these kinds.
    Kind(Vec<Kind>),
    /// Size in begun units of so many bytes.
    Size(Comparison, u64),
    /// A file or directory with nothing in it.
    Empty,
    /// One of its times is later than this one.
    Newer(Stamp, SystemTime),
    /// Whole days before this moment.
    DaysAgo(Stamp, Comparison, SystemTime),
    /// Minutes before this moment.
    MinutesAgo(Stamp, Comparison, SystemTime),
    /// Owner.
    User(u32),
    /// Group.
    Group(u32),
    /// Mode.
    Permissions(Permissions),
    /// We may read, write or execute it.
    Access(AccessFlags),
    /// Number of names.
    Links(Comparison),
    /// Number of the inode.
    Inode(Comparison),
    /// The file with this device and inode.
    SameFile(u64, u64),
}

/// What is done to a candidate.
#[derive(Debug, Clone)]
pub enum Action {
    /// The path and this byte.
    Print(u8),
    /// `-printf`.
    Format(Format),
    /// `-exec … ;`, or `-execdir … ;` in the directory that has the name. True when its status is 0.
    Run {
        /// The command and its arguments, `{}` where the path goes.
        words: Vec<OsString>,
        /// Whether to run there.
        in_directory: bool,
    },
    /// `-exec … {} +`: a command for many candidates at once. True, whatever becomes of it.
    Collect {
        /// Tells the commands of one expression apart.
        id: usize,
        /// The command and what comes before the paths.
        words: Vec<OsString>,
    },
    /// True when it could be removed.
    Delete,
    /// Leaves out what the directory holds. True.
    Prune,
    /// Ends the walk.
    Quit,
}

/// Who does what an expression says.
pub trait Perform {
    /// Does it; the result is the action's value.
    fn perform(&mut self, action: &Action, candidate: &Candidate<'_>) -> bool;

    /// Whether evaluation goes on; no longer after [`Action::Quit`].
    fn goes_on(&self) -> bool;
}

/// An entry as an expression sees it.
#[derive(Debug)]
pub struct Candidate<'a> {
    entry: &'a Entry,
    /// As it was given, which for a followed link is not what the walk began with.
    root: &'a Path,
    metadata: OnceCell<io::Result<Metadata>>,
}

impl Expression {
    /// Evaluates from left to right, as far as the result needs.
    pub fn evaluate(&self, candidate: &Candidate<'_>, performer: &mut impl Perform) -> bool {
        match self {
            Expression::If(condition) => condition.holds(candidate),
            Expression::Do(action) => performer.perform(action, candidate),
            Expression::Not(inner) => !inner.evaluate(candidate, performer),
            Expression::And(parts) => parts
                .iter()
                .all(|part| part.evaluate(candidate, performer) && performer.goes_on()),
            Expression::Or(parts) => parts
                .iter()
                .any(|part| part.evaluate(candidate, performer) || !performer.goes_on()),
            Expression::List(parts) => parts.iter().fold(false, |_, part| {
                performer.goes_on() && part.evaluate(candidate, performer)
            }),
        }
    }

    /// Whether `test` holds for any of its actions.
    pub fn any_action(&self, test: &impl Fn(&Action) -> bool) -> bool {
        match self {
            Expression::If(_) => false,
            Expression::Do(action) => test(action),
            Expression::Not(inner) => inner.any_action(test),
            Expression::And(parts) | Expression::Or(parts) | Expression::List(parts) => {
                parts.iter().any(|part| part.any_action(test))
            }
        }
    }
}

impl Condition {
    /// The answer for one candidate. What cannot be looked up answers no.
    pub fn holds(&self, candidate: &Candidate<'_>) -> bool {
        match self {
            Condition::Always(value) => *value,
            Condition::Name(pattern) => pattern.matches(candidate.name()),
            Condition::Path(pattern) => pattern.matches(candidate.path()),
            Condition::Target(pattern) => candidate.target().is_some_and(|t| pattern.matches(t)),
            Condition::Kind(kinds) => kinds.contains(&candidate.kind()),
            Condition::Empty => candidate.is_empty(),
            Condition::Access(access) => candidate.permits(*access),
            _ => candidate
                .metadata()
                .is_some_and(|found| self.holds_for(found)),
        }
    }

    /// The answers that need stat(2).
    fn holds_for(&self, found: &Metadata) -> bool {
        match self {
            Condition::Size(comparison, unit) => comparison.holds_for_size(found.len(), *unit),
            Condition::Newer(stamp, than) => stamp.of(found) > *than,
            Condition::DaysAgo(stamp, comparison, now) => {
                comparison.holds_for_days(age(*now, stamp.of(found)))
            }
            Condition::MinutesAgo(stamp, comparison, now) => {
                comparison.holds_for_minutes(age(*now, stamp.of(found)))
            }
            Condition::User(uid) => found.uid() == *uid,
            Condition::Group(gid) => found.gid() == *gid,
            Condition::Permissions(permissions) => permissions.hold(found.mode()),
            Condition::Links(comparison) => comparison.holds(found.nlink()),
            Condition::Inode(comparison) => comparison.holds(found.ino()),
            Condition::SameFile(device, inode) => (found.dev(), found.ino()) == (*device, *inode),
            _ => false,
        }
    }
}

/// What lies in the future has no age.
fn age(now: SystemTime, stamp: SystemTime) -> Duration {
    now.duration_since(stamp).unwrap_or_default()
}

impl<'a> Candidate<'a> {
    /// An entry of the walk that was asked to begin at `root`.
    pub fn new(entry: &'a Entry, root: &'a Path) -> Self {
        Candidate {
            entry,
            root,
            metadata: OnceCell::new(),
        }
    }

    /// The root as it was given, and the names below it.
    pub fn path(&self) -> &Path {
        if self.entry.depth() == 0 {
            return self.root;
        }
        self.entry.path()
    }

    /// The last name, without slashes after it; of `/` the slash.
    pub fn name(&self) -> &OsStr {
        if self.entry.depth() > 0 {
            return self.entry.name();
        }
        let root = self.root.as_os_str().as_bytes();
        let end = root.iter().rposition(|byte| *byte != b'/');
        let Some(end) = end else {
            return OsStr::from_bytes(&root[..root.len().min(1)]);
        };
        let start = root[..end].iter().rposition(|byte| *byte == b'/');
        OsStr::from_bytes(&root[start.map_or(0, |slash| slash + 1)..=end])
    }

    /// The root as it was given.
    pub fn root(&self) -> &Path {
        self.root
    }

    /// 0 for the root.
    pub fn depth(&self) -> usize {
        self.entry.depth()
    }

    /// The kind; of a symlink that is followed, of what it leads to.
    pub fn kind(&self) -> Kind {
        self.entry.kind()
    }

    /// What the walk gave.
    pub fn entry(&self) -> &Entry {
        self.entry
    }

    /// Asked for once; `None` when it could not be had, which [`failure`](Self::failure) explains.
    pub fn metadata(&self) -> Option<&Metadata> {
        self.metadata
            .get_or_init(|| self.entry.metadata())
            .as_ref()
            .ok()
    }

    /// Why there is no metadata, if it was asked for.
    pub fn failure(&self) -> Option<&io::Error> {
        self.metadata.get()?.as_ref().err()
    }

    /// What is in the symlink, when the candidate is one.
    pub fn target(&self) -> Option<OsString> {
        if self.kind() != Kind::Symlink {
            return None;
        }
        fs::read_link(self.path()).ok().map(Into::into)
    }

    fn is_empty(&self) -> bool {
        match self.kind() {
            Kind::File => self.metadata().is_some_and(Metadata::is_empty),
            Kind::Directory => {
                fs::read_dir(self.path()).is_ok_and(|mut entries| entries.next().is_none())
            }
            _ => false,
        }
    }

    fn permits(&self, access: AccessFlags) -> bool {
        faccessat(AT_FDCWD, self.path(), access, AtFlags::AT_EACCESS).is_ok()
    }
}
