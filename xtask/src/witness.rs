//! `cargo xtask witness`: the kernel's check of the lessons' `syscalls` blocks.
//!
//! A lesson runs under the tracer of the chapter `syscalls`, from its `main` on and with everything
//! that it starts; what the kernel saw has to bear its block out. Only calls that the block speaks of
//! are traced: all others run at full speed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use syscalls::filter::Filter;
use syscalls::witness::{Block, Line, Witness};

use crate::cargo;
use crate::lesson::{Lesson, Obstacle};
use crate::programs;
use crate::record::Records;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, ODD};
use crate::traced;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this chapter
    chapter: Option<String>,
}

/// What the kernel says of a lesson's block.
pub(crate) enum Verdict {
    /// There is no block, or nobody on this system can check it.
    Silent,
    /// These calls, one for each line of the block that names one.
    Borne(Vec<String>),
    /// The block, or the lesson, failed.
    Denied(String),
    /// A program is missing, or tracing is not allowed here.
    Skipped(String),
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if !cfg!(target_os = "linux") {
        screen::line("Witnesses need Linux: this system lets no program trace another.")?;
        return Ok(ExitCode::SUCCESS);
    }
    let chapters = workspace.select(options.chapter.as_deref())?;
    let executables = cargo::lessons(workspace, &chapters)?;
    let records = Records::of(workspace);
    let (mut borne, mut denied) = (0, 0);
    for chapter in chapters {
        screen::line(&format!("\n{BOLD}{}{BOLD:#}", chapter.name))?;
        for lesson in &chapter.lessons {
            screen::progress(&format!("{} is being traced", lesson.name));
            let verdict = examine(&records, lesson, executables.get(&lesson.target()))?;
            screen::clear_progress();
            match &verdict {
                Verdict::Borne(_) => borne += 1,
                Verdict::Denied(_) => denied += 1,
                Verdict::Silent | Verdict::Skipped(_) => {}
            }
            report(lesson, &verdict)?;
        }
    }
    let style = if denied == 0 { GOOD } else { BAD };
    screen::line(&format!(
        "\n{style}{borne} lessons borne out by the kernel, {denied} not{style:#}"
    ))?;
    Ok(if denied == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn report(lesson: &Lesson, verdict: &Verdict) -> Result<()> {
    let name = &lesson.name;
    match verdict {
        Verdict::Silent => Ok(()),
        Verdict::Borne(calls) => {
            screen::line(&format!("{GOOD}  ✓{GOOD:#} {name}"))?;
            calls
                .iter()
                .try_for_each(|call| screen::line(&format!("{DIM}      {call}{DIM:#}")))
        }
        Verdict::Denied(why) => screen::line(&format!("{BAD}  ✗ {name}{BAD:#}\n{why}")),
        Verdict::Skipped(why) => screen::line(&format!("{ODD}  - {name}: skipped, {why}{ODD:#}")),
    }
}

/// Runs the lesson under the tracer, if it has a block and nothing keeps it from running here.
pub(crate) fn examine(
    records: &Records,
    lesson: &Lesson,
    executable: Option<&PathBuf>,
) -> Result<Verdict> {
    if !cfg!(target_os = "linux") {
        return Ok(Verdict::Silent);
    }
    let source = fs::read_to_string(&lesson.path)
        .with_context(|| format!("cannot read the lesson {}", lesson.path.display()))?;
    let block = match Block::find_in(&source) {
        Ok(None) => return Ok(Verdict::Silent),
        Ok(Some(block)) => block,
        Err(error) => {
            let place = lesson.place().display().to_string();
            return Ok(Verdict::Denied(format!("{place}: {error}")));
        }
    };
    match (lesson.obstacle(), executable) {
        (Some(Obstacle::Program(reason)), _) if programs::in_ci() => Ok(Verdict::Denied(reason)),
        (Some(Obstacle::Platform(reason) | Obstacle::Program(reason)), _) => {
            Ok(Verdict::Skipped(reason))
        }
        (None, None) => Ok(Verdict::Denied("cargo built no such example".to_owned())),
        (None, Some(executable)) => {
            let verdict = compare(lesson, &block, executable)?;
            if let Verdict::Borne(calls) = &verdict {
                records.keep_testimony(lesson, executable, calls)?;
            }
            Ok(verdict)
        }
    }
}

/// The last verdict of `runs` in a row, or the first that is against the lesson.
pub(crate) fn repeat(
    records: &Records,
    lesson: &Lesson,
    executable: Option<&PathBuf>,
    runs: usize,
) -> Result<Verdict> {
    let mut last = examine(records, lesson, executable)?;
    for _ in 1..runs {
        if !matches!(last, Verdict::Borne(_)) {
            break;
        }
        last = examine(records, lesson, executable)?;
    }
    Ok(last)
}

fn compare(lesson: &Lesson, block: &Block, executable: &Path) -> Result<Verdict> {
    let verdict = confront(lesson, block, filter(block)?, executable)?;
    if !matches!(verdict, Verdict::Denied(_)) {
        return Ok(verdict);
    }
    // Whoever looks for the reason wants to see all calls, not only those that the block names. A
    // block that holds the second time is still one that does not hold.
    Ok(
        match confront(lesson, block, Filter::default(), executable)? {
            denied @ Verdict::Denied(_) => denied,
            _ => verdict,
        },
    )
}

fn confront(lesson: &Lesson, block: &Block, filter: Filter, executable: &Path) -> Result<Verdict> {
    let mut lines = Vec::new();
    let options = traced::options(filter, false);
    let run = match traced::run(executable, options, |event| lines.extend(Line::of(event)))? {
        Ok(run) => run,
        Err(error) if programs::in_ci() => return Ok(Verdict::Denied(error.to_string())),
        Err(error) => return Ok(Verdict::Skipped(error.to_string())),
    };
    if let Some(trouble) = run.trouble {
        return Ok(Verdict::Denied(format!("{trouble}\n{}", run.output)));
    }
    Ok(match block.check(&lines) {
        Ok(witness) => Verdict::Borne(testimony(&witness, &lines)),
        Err(failure) => Verdict::Denied(format!("{}: {failure}", lesson.place().display())),
    })
}

/// One call for each line of the block that found one, with how often when it had to be counted.
fn testimony(witness: &Witness, lines: &[Line]) -> Vec<String> {
    witness
        .found
        .iter()
        .filter_map(|calls| {
            let text = &lines[*calls.first()?].text;
            Some(match calls.len() {
                1 => text.clone(),
                count => format!("{text}  x{count}"),
            })
        })
        .collect()
}

/// The calls that the block speaks of; all of them when it has a pattern for names, and when the
/// lesson has a seccomp filter of its own: what that refuses never comes to the tracer's.
pub(crate) fn filter(block: &Block) -> Result<Filter> {
    let mut filter = Filter::default();
    if let Some(names) = block.names()
        && !names.contains("seccomp")
        && !names.contains("prctl")
    {
        // A `?` lets a name pass that is no call of this architecture.
        let names: Vec<String> = names.iter().map(|name| format!("?{name}")).collect();
        filter.add(&format!("trace={}", names.join(",")))?;
    }
    Ok(filter)
}
