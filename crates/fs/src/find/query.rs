//! A whole `find`: where, how, and with which expression.

use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::parse::{self, ParseError};
use super::perform::{Performer, Shared};
use super::{Action, Condition, Expression};
use crate::walk::Walker;

/// Which symlinks count as what they lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// `-P`.
    None,
    /// `-H`.
    OfCommandLine,
    /// `-L`.
    All,
}

/// What to find, and where.
#[derive(Debug, Clone)]
pub struct Query {
    /// Where the walks begin.
    pub roots: Vec<PathBuf>,
    /// Which symlinks to follow.
    pub links: Links,
    /// Candidates above this depth are not evaluated.
    pub min_depth: usize,
    /// Directories at this depth are not entered.
    pub max_depth: usize,
    /// Directories come after what they hold.
    pub contents_first: bool,
    /// Whether to stay on each root's filesystem.
    pub one_filesystem: bool,
    /// How many threads at most; as many as there are cores unless said.
    pub threads: Option<usize>,
    /// What is evaluated for each candidate.
    pub expression: Expression,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Something was complained of.
    pub failed: bool,
}

impl Default for Query {
    /// All below the current directory, and nothing done with it.
    fn default() -> Self {
        Query {
            roots: Vec::new(),
            links: Links::None,
            min_depth: 0,
            max_depth: usize::MAX,
            contents_first: false,
            one_filesystem: false,
            threads: None,
            expression: Expression::If(Condition::Always(true)),
        }
    }
}

impl Query {
    /// Reads GNU find's arguments, without the program's name.
    ///
    /// ```
    /// use fs::find::Query;
    ///
    /// let query = Query::parse(&["src", "-name", "*.rs", "-size", "+64k"].map(Into::into))?;
    /// assert!(query.is_parallel());
    /// let error = Query::parse(&["src", "-nmae", "*.rs"].map(Into::into)).unwrap_err();
    /// assert_eq!(error.to_string(), "argument 2, -nmae: no such condition or action");
    /// # Ok::<(), fs::find::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Whatever the grammar does not have, with its place.
    pub fn parse(arguments: &[OsString]) -> Result<Query, ParseError> {
        parse::parse(arguments, SystemTime::now())
    }

    /// Whether entries may be met in any order, on several threads: there is no other action than
    /// printing, and no directory has to come after its contents.
    pub fn is_parallel(&self) -> bool {
        let order_matters = |action: &Action| {
            !matches!(action, Action::Print(_) | Action::Format(_) | Action::Prune)
        };
        self.threads != Some(1)
            && !self.contents_first
            && !self.expression.any_action(&order_matters)
    }

    /// Walks, evaluates, acts. What actions print goes to `out`, in whole lines; what fails goes to
    /// `complain` and is passed.
    ///
    /// # Errors
    ///
    /// Those of `out`, which end the walk.
    pub fn run(
        &self,
        out: impl Write + Send,
        complain: impl Fn(&dyn Display) + Sync,
    ) -> io::Result<Outcome> {
        let shared = Shared::new(self, out, &complain);
        for root in &self.roots {
            if shared.has_ended() {
                break;
            }
            self.walker(root).run(|| {
                let mut performer = Performer::new(&shared, root);
                move |entry| performer.visit(entry)
            });
        }
        shared.finish()
    }

    fn walker(&self, root: &Path) -> Walker {
        let (root, follow) = match self.links {
            Links::OfCommandLine => followed(root),
            links => (root.to_owned(), links == Links::All),
        };
        let walker = Walker::new(root)
            .follow_links(follow)
            .one_filesystem(self.one_filesystem)
            .contents_first(self.contents_first)
            .max_depth(self.max_depth);
        match self.threads {
            _ if !self.is_parallel() => walker.threads(1),
            Some(threads) => walker.threads(threads),
            None => walker,
        }
    }

    /// With what an empty command line means.
    pub(super) fn finish(mut self) -> Query {
        if self.roots.is_empty() {
            self.roots.push(PathBuf::from("."));
        }
        let shows = |action: &Action| !matches!(action, Action::Prune | Action::Quit);
        if !self.expression.any_action(&shows) {
            let print = Expression::Do(Action::Print(b'\n'));
            self.expression = Expression::And(vec![self.expression, print]);
        }
        self
    }
}

/// A root for a walk that follows this symlink and no other. A slash after its name makes the kernel
/// follow it; where that leads to no directory, there are no others.
fn followed(root: &Path) -> (PathBuf, bool) {
    let is_link = fs::symlink_metadata(root).is_ok_and(|found| found.is_symlink());
    match fs::metadata(root) {
        Ok(target) if is_link && target.is_dir() => (root.join(""), false),
        Ok(_) => (root.to_owned(), is_link),
        Err(_) => (root.to_owned(), false),
    }
}
