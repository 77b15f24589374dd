//! `cargo xtask tour`: builds all, runs every lesson in book order, shows each claim and whether it
//! held, and ends with totals. A lesson that falls does not hide the others.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::cargo;
use crate::lesson::Lesson;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, ODD};
use crate::trial::{self, Outcome, Trial};
use crate::workspace::{Chapter, Workspace};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this chapter
    chapter: Option<String>,
    /// Also show what each lesson prints
    #[arg(short, long)]
    verbose: bool,
}

/// What came of a tour so far.
#[derive(Default)]
struct Totals {
    held: usize,
    fell: usize,
    skipped: usize,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    let chapters = workspace.select(options.chapter.as_deref())?;
    let executables = cargo::lessons(workspace, &chapters)?;

    let count: usize = chapters.iter().map(|chapter| chapter.lessons.len()).sum();
    let width = chapters
        .iter()
        .flat_map(|c| &c.lessons)
        .map(|l| l.name.len())
        .max()
        .unwrap_or(0);
    let mut totals = Totals::default();
    let mut number = 0;
    for chapter in &chapters {
        screen::line(&format!(
            "\n{BOLD}{}{BOLD:#}  {}",
            chapter.name, chapter.description
        ))?;
        for lesson in &chapter.lessons {
            number += 1;
            screen::progress(&format!("{number} of {count}: {} is running", lesson.name));
            let trial = trial::run(lesson, executables.get(&lesson.target()))?;
            screen::clear_progress();
            report(lesson, &trial, width, options.verbose)?;
            totals.count(&trial.outcome);
        }
    }
    totals.print(&chapters, start)?;
    Ok(if totals.fell == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn report(lesson: &Lesson, trial: &Trial, width: usize, verbose: bool) -> Result<()> {
    let (name, claim) = (&lesson.name, &lesson.claim);
    match &trial.outcome {
        Outcome::Held => screen::line(&format!("{GOOD}  ✓{GOOD:#} {name:width$}  {claim}"))?,
        Outcome::Fell(why) => {
            screen::line(&format!("{BAD}  ✗ {name:width$}{BAD:#}  {claim}"))?;
            screen::line(&format!("{BAD}    {why}{BAD:#}"))?;
        }
        Outcome::Skipped(why) => {
            screen::line(&format!("{ODD}  - {name:width$}{ODD:#}  {claim}"))?;
            screen::line(&format!("{ODD}    skipped: {why}{ODD:#}"))?;
        }
    }
    if verbose || matches!(trial.outcome, Outcome::Fell(_)) {
        for line in trial.output.lines() {
            screen::line(&format!("{DIM}      {line}{DIM:#}"))?;
        }
    }
    if verbose {
        screen::line(&format!(
            "{DIM}      ({} ms){DIM:#}",
            trial.elapsed.as_millis()
        ))?;
    }
    Ok(())
}

impl Totals {
    fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Held => self.held += 1,
            Outcome::Fell(_) => self.fell += 1,
            Outcome::Skipped(_) => self.skipped += 1,
        }
    }

    fn print(&self, chapters: &[&Chapter], start: Instant) -> Result<()> {
        let Self {
            held,
            fell,
            skipped,
        } = self;
        let (style, chapters_count) = (if *fell == 0 { GOOD } else { BAD }, chapters.len());
        let chapter_word = if chapters_count == 1 {
            "chapter"
        } else {
            "chapters"
        };
        screen::line(&format!(
            "\n{style}{held} claims held, {fell} fell, {skipped} skipped{style:#} in {chapters_count} \
             {chapter_word}, {:.1} s with the build",
            start.elapsed().as_secs_f64(),
        ))?;
        let Some((chapter, lesson)) = chapters.iter().find_map(|c| Some((c, c.lessons.first()?)))
        else {
            return Ok(());
        };
        screen::line("\nWhat to try next:")?;
        screen::line(&format!(
            "  cargo xtask run {} {}",
            chapter.name, lesson.name
        ))?;
        screen::line(&format!("  cargo run -p {} -- --help", chapter.name))?;
        screen::line(&format!("  {}", chapter.page.display()))
    }
}
