//! `cargo xtask learn`: the exercises, one after the other.
//!
//! An exercise is a folder of a chapter's crate: a starter, which compiles and does not do what is
//! asked, a check, a solution, hints. The reader edits a copy of the starter, in `learn/` at the root
//! ([`desk`]); the check judges what it does, and on Linux the kernel which calls it makes ([`judge`]).
//! Where the reader is stands in a text file ([`progress`]).

mod course;
mod desk;
mod judge;
mod nearest;
mod progress;
mod prove;
mod school;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Subcommand;

pub(crate) use prove::{Proof, calls as prove_calls};

use crate::screen::{self, BAD, GOOD};
use crate::workspace::Workspace;
use course::Course;
use desk::Desk;
use school::School;

#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub(crate) struct Options {
    #[command(subcommand)]
    action: Option<Action>,
    /// For the repository: every starter fails, by what it does or by its calls, and every solution
    /// passes both
    #[arg(long, value_name = "CHAPTER", num_args = 0..=1, require_equals = true)]
    prove: Option<Option<String>>,
    /// Where your files and your progress are, instead of `learn/` at the root
    #[arg(long, global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// After so many seconds a check is ended, with all that it has started
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 30)]
    limit: u64,
}

const EXAMPLES: &str = "\
Without a word: where you are, and the next exercise with the file to edit.

Examples:
  cargo xtask learn                  begin, or go on
  cargo xtask learn watch            check at each save
  cargo xtask learn hint             one hint more
  cargo xtask learn next mmap        to another chapter, or to an exercise by name";

#[derive(Subcommand)]
enum Action {
    /// All exercises, and how far you are in each chapter
    List {
        /// Only this chapter
        chapter: Option<String>,
    },
    /// Go to the next exercise, or to this one
    Next {
        /// A chapter or an exercise
        to: Option<String>,
    },
    /// Build and run your file, and judge what it did and which calls it made
    Check {
        /// The exercise; the current one if not given
        name: Option<String>,
    },
    /// Check at each save, until Ctrl-C
    Watch {
        /// The exercise to begin with
        name: Option<String>,
    },
    /// One hint more
    Hint {
        /// The exercise; the current one if not given
        name: Option<String>,
    },
    /// How an expert would do it, once you have solved it
    Solution {
        /// The exercise; the current one if not given
        name: Option<String>,
        /// Also before you have solved it
        #[arg(long)]
        anyway: bool,
    },
    /// Begin anew; your file is kept under another name
    Reset {
        /// The exercise; the current one if not given
        name: Option<String>,
    },
    /// Leave an exercise out for now, and go to the next
    Skip {
        /// The exercise; the current one if not given
        name: Option<String>,
    },
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if let Some(chapter) = &options.prove {
        return prove::run(workspace, chapter.as_deref());
    }
    let course = Course::read(workspace)?;
    let folder = match &options.folder {
        Some(folder) => std::path::absolute(folder)?,
        None => workspace.root.join("learn"),
    };
    let mut school = School {
        workspace,
        desk: Desk::open(folder, &course)?,
        course,
        limit: Duration::from_secs(options.limit),
    };
    match &options.action {
        None => school.go_on(),
        Some(Action::List { chapter }) => school.list(chapter.as_deref()),
        Some(Action::Next { to }) => school.next(to.as_deref()),
        Some(Action::Check { name }) => school.check(name.as_deref()),
        Some(Action::Watch { name }) => watch::run(&mut school, name.as_deref()),
        Some(Action::Hint { name }) => school.hint(name.as_deref()),
        Some(Action::Solution { name, anyway }) => school.solution(name.as_deref(), *anyway),
        Some(Action::Reset { name }) => school.reset(name.as_deref()),
        Some(Action::Skip { name }) => school.skip(name.as_deref()),
    }
}

/// A verdict's heading, good or bad.
fn heading(good: bool, text: &str) -> Result<()> {
    let (style, mark) = if good { (GOOD, '✓') } else { (BAD, '✗') };
    screen::line(&format!("{style}{mark} {text}{style:#}"))
}
