//! `cargo xtask list`: chapters, lessons with their claims, tools. With `--json` it is what other
//! programs (and the tests of the repository) read.

use std::process::ExitCode;

use anyhow::Result;
use serde_json::{Value, json};

use crate::screen::{self, BOLD, DIM};
use crate::workspace::{Chapter, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this chapter
    chapter: Option<String>,
    /// One JSON document instead of text
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let chapters = workspace.select(options.chapter.as_deref())?;
    if options.json {
        let chapters: Vec<_> = chapters.iter().map(|c| to_json(c, workspace)).collect();
        screen::line(&format!("{:#}", json!({ "chapters": chapters })))?;
    } else {
        for chapter in chapters {
            print(chapter)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(chapter: &Chapter) -> Result<()> {
    screen::line(&format!(
        "{BOLD}{}{BOLD:#}  {}",
        chapter.name, chapter.description
    ))?;
    screen::line(&format!(
        "{DIM}  tool: cargo run -p {}    page: {}    lessons: {}{DIM:#}",
        chapter.name,
        chapter.page.display(),
        chapter.lessons.len()
    ))?;
    let width = chapter
        .lessons
        .iter()
        .map(|lesson| lesson.name.len())
        .max()
        .unwrap_or(0);
    for lesson in &chapter.lessons {
        screen::line(&format!("  {:width$}  {}", lesson.name, lesson.claim))?;
        for row in &lesson.covers {
            screen::line(&format!("{DIM}  {:width$}  covers {row}{DIM:#}", ""))?;
        }
    }
    screen::line("")
}

fn to_json(chapter: &Chapter, workspace: &Workspace) -> Value {
    json!({
        "name": chapter.name,
        "description": chapter.description,
        "page": chapter.page,
        "tool": format!("cargo run -p {}", chapter.name),
        "lessons": chapter.lessons.iter().map(|lesson| lesson.to_json(&workspace.root)).collect::<Vec<_>>(),
    })
}
