//! What a build says on the terminal.

use std::path::{Path, absolute};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result};

use super::build::{self, Built};
use super::{Options, folder};
use crate::screen::{self, BAD, DIM, GOOD, ODD};
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    let folder = match &options.into {
        Some(folder) => absolute(folder)?,
        None => folder(workspace),
    };
    let running = if options.quick {
        Vec::new()
    } else {
        workspace.select(options.chapter.as_deref())?
    };
    let built = build::build(workspace, &folder, &running)?;
    if options.counted {
        return counted(&built);
    }
    for (page, lessons, links) in &built.pages {
        let lessons = match lessons {
            0 => String::new(),
            1 => ", 1 lesson".to_owned(),
            count => format!(", {count} lessons"),
        };
        screen::line(&format!(
            "{GOOD}  ✓{GOOD:#} {page}{DIM}{lessons}, {links} links{DIM:#}"
        ))?;
    }
    if !built.problems.is_empty() {
        return complain(&built);
    }
    screen::line(&format!(
        "\n{} lessons, {} with the calls of their lines, in {:.1} s",
        built.lessons,
        built.traced,
        start.elapsed().as_secs_f64()
    ))?;
    if built.not_run > 0 {
        let why = if running.len() < workspace.chapters.len() {
            "`cargo xtask book` runs all"
        } else {
            "their pages say why"
        };
        let count = built.not_run;
        screen::line(&format!("{ODD}{count} did not run: {why}{ODD:#}"))?;
    }
    let page = folder.join("index.html");
    screen::line(&page.display().to_string())?;
    if options.open {
        open(&page)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn complain(built: &Built) -> Result<ExitCode> {
    for problem in &built.problems {
        screen::line(&format!("{BAD}{problem}{BAD:#}"))?;
    }
    let count = built.problems.len();
    let word = if count == 1 { "problem" } else { "problems" };
    screen::line(&format!(
        "\n{BAD}{count} {word}: the book is not whole{BAD:#}"
    ))?;
    Ok(ExitCode::FAILURE)
}

fn open(page: &Path) -> Result<()> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    Command::new(opener)
        .arg(page)
        .status()
        .with_context(|| format!("cannot start {opener}: open {} yourself", page.display()))?;
    Ok(())
}

/// A line for each page and each problem, in the words of the test harness.
fn counted(built: &Built) -> Result<ExitCode> {
    for (page, lessons, links) in &built.pages {
        let of_page = format!("book/src/{page}:");
        if !built
            .problems
            .iter()
            .any(|problem| problem.place.starts_with(&of_page))
        {
            screen::line(&format!(
                "test book {page}: {lessons} lessons, {links} links ... ok"
            ))?;
        }
    }
    for problem in &built.problems {
        let text = problem.to_string();
        let first = text.lines().next().unwrap_or_default();
        screen::line(&format!("failures:\n{text}\ntest book {first} ... FAILED"))?;
    }
    let (good, bad) = (built.pages.len(), built.problems.len());
    screen::line(&format!("test result: {good} pages, {bad} problems"))?;
    Ok(if bad == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
