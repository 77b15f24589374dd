//! `cargo xtask tour`: builds all, runs every lesson in book order, shows each claim and whether it
//! held and which system calls bore it out, and ends with totals. A lesson that falls does not hide the others.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::cargo;
use crate::lesson::Lesson;
use crate::record::Records;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, ODD};
use crate::trial::{self, Outcome, Trial};
use crate::witness::{self, Verdict};
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
    /// Those of `held` whose system calls the kernel bears out.
    borne: usize,
}

/// How many calls of a witness are shown unless all are asked for.
const CALLS_SHOWN: usize = 3;

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let start = Instant::now();
    let chapters = workspace.select(options.chapter.as_deref())?;
    let executables = cargo::lessons(workspace, &chapters)?;
    let records = Records::of(workspace);

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
            let executable = executables.get(&lesson.target());
            let trial = trial::run(lesson, executable)?;
            if let Some(executable) = executable {
                records.keep_run(lesson, executable, &trial)?;
            }
            screen::clear_progress();
            report(lesson, &trial, width, options.verbose)?;
            totals.count(&trial.outcome);
            if matches!(trial.outcome, Outcome::Held) {
                let verdict = witness::examine(&records, lesson, executable)?;
                testify(&verdict, options.verbose)?;
                totals.count_verdict(&verdict);
            }
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

/// Shows what the kernel saw; without `verbose` the first few calls of it.
fn testify(verdict: &Verdict, verbose: bool) -> Result<()> {
    match verdict {
        Verdict::Silent => Ok(()),
        Verdict::Borne(calls) => {
            // A line that says "one more" takes as much room as the call itself.
            let all = verbose || calls.len() <= CALLS_SHOWN + 1;
            let shown = if all { calls.len() } else { CALLS_SHOWN };
            for call in &calls[..shown] {
                screen::line(&format!("{DIM}      {}{DIM:#}", shortened(call)))?;
            }
            match calls.len() - shown {
                0 => Ok(()),
                rest => screen::line(&format!("{DIM}      … and {rest} more{DIM:#}")),
            }
        }
        Verdict::Denied(why) => {
            screen::line(&format!("{BAD}    the kernel saw otherwise{BAD:#}\n{why}"))
        }
        Verdict::Skipped(why) => screen::line(&format!("{ODD}    no witness: {why}{ODD:#}")),
    }
}

/// As much of a call as a line of the screen holds.
fn shortened(call: &str) -> String {
    const WIDTH: usize = 110;
    if call.chars().count() <= WIDTH {
        return call.to_owned();
    }
    call.chars().take(WIDTH - 1).chain(['…']).collect()
}

impl Totals {
    fn count_verdict(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Borne(_) => self.borne += 1,
            Verdict::Denied(_) => {
                self.held -= 1;
                self.fell += 1;
            }
            Verdict::Silent | Verdict::Skipped(_) => {}
        }
    }

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
            borne,
        } = self;
        let (style, chapters_count) = (if *fell == 0 { GOOD } else { BAD }, chapters.len());
        let chapter_word = if chapters_count == 1 {
            "chapter"
        } else {
            "chapters"
        };
        screen::line(&format!(
            "\n{style}{held} claims held ({borne} borne out by the kernel), {fell} fell, {skipped} \
             skipped{style:#} in {chapters_count} {chapter_word}, {:.1} s with the build",
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
