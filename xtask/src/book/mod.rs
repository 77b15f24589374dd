//! `cargo xtask book`: the book, made from real runs, into `target/book/html`.
//!
//! A page says `{{#lesson uds/stream-echo}}`, and gets the lesson's source with the calls of each line and
//! what it printed. All of that is from the last run of exactly this program ([`crate::record`]); what has
//! no fresh record runs now. A name that leads nowhere, a broken link, a lesson that falls: each is an
//! error with its place, and there is no book then that looks whole.
//!
//! mdBook turns Markdown into pages. It and what it needs would more than double what a reader compiles
//! before the first lesson runs, so it is behind the feature `book`: without it, this task calls cargo
//! once more, with it.

#[cfg(feature = "book")]
mod build;
#[cfg(feature = "book")]
mod check;
#[cfg(feature = "book")]
mod diagram;
#[cfg(feature = "book")]
mod exercise;
#[cfg(feature = "book")]
mod highlight;
#[cfg(feature = "book")]
mod html;
#[cfg(feature = "book")]
mod index;
#[cfg(feature = "book")]
mod lesson_html;
#[cfg(feature = "book")]
mod markup;
#[cfg(feature = "book")]
mod page;
#[cfg(feature = "book")]
mod problem;
#[cfg(feature = "book")]
mod render;
#[cfg(feature = "book")]
mod resolve;
#[cfg(feature = "book")]
mod runs;
#[cfg(feature = "book")]
mod search;
#[cfg(all(test, feature = "book"))]
mod tests;

#[cfg(feature = "book")]
mod report;
#[cfg(not(feature = "book"))]
mod with_feature;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run only the lessons of this chapter; the others show what earlier runs left
    #[arg(conflicts_with = "quick")]
    chapter: Option<String>,
    /// Open it in the browser
    #[arg(long)]
    open: bool,
    /// Run nothing: show what earlier runs left, and the source alone where there is nothing
    #[arg(long)]
    quick: bool,
    /// Into this folder instead of target/book/html
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
    /// Report each check as the test harness does
    #[arg(long, hide = true)]
    counted: bool,
}

impl Options {
    /// All of it, and nothing runs.
    pub(crate) fn quick() -> Self {
        Self {
            chapter: None,
            open: false,
            quick: true,
            into: None,
            counted: false,
        }
    }
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    #[cfg(feature = "book")]
    return report::run(workspace, options);
    #[cfg(not(feature = "book"))]
    return with_feature::run(workspace, options);
}

/// Where the pages are.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("target/book/html")
}
