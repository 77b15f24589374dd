//! `cargo xtask learn --prove`: the exercises themselves are right. Each starter fails its check, or
//! passes it by calls that its block refuses; each solution passes, by the calls of the block.
//!
//! The chapters' own test programs prove what starters and solutions do; `test-all` has run them
//! when it comes to the calls, and asks for [`calls`] alone.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};

use super::course::{Course, Exercise};
use super::heading;
use crate::cargo;
use crate::process;
use crate::programs;
use crate::screen::{self, BAD, GOOD, ODD};
use crate::traced::Program;
use crate::witness::Finding;
use crate::workspace::{Chapter, Workspace};

/// As the chapters' test programs have it.
const LIMIT: Duration = Duration::from_secs(30);

/// What became of one exercise.
pub(crate) enum Proof {
    Held,
    Fell(String),
    /// This system or this machine cannot say.
    Skipped(String),
}

pub(crate) fn run(workspace: &Workspace, chapter: Option<&str>) -> Result<ExitCode> {
    let chapters = workspace.select(chapter)?;
    let (mut held, mut fallen, mut skipped) = (0, 0, 0);
    prove(workspace, &chapters, true, |name, proof| {
        match proof {
            Proof::Held => held += 1,
            Proof::Fell(_) => fallen += 1,
            Proof::Skipped(_) => skipped += 1,
        }
        match proof {
            Proof::Held => heading(true, name),
            Proof::Fell(why) => heading(false, &format!("{name}: {why}")),
            Proof::Skipped(why) => screen::line(&format!("{ODD}- {name}: {why}{ODD:#}")),
        }
    })?;
    let style = if fallen == 0 { GOOD } else { BAD };
    screen::line(&format!(
        "\n{style}{held} exercises proven, {fallen} not{style:#}, {skipped} skipped"
    ))?;
    Ok(ExitCode::from(u8::from(fallen > 0)))
}

/// What the kernel says of every exercise that has a block.
pub(crate) fn calls(
    workspace: &Workspace,
    chapters: &[&Chapter],
    report: impl FnMut(&str, Proof) -> Result<()>,
) -> Result<()> {
    prove(workspace, chapters, false, report)
}

fn prove(
    workspace: &Workspace,
    chapters: &[&Chapter],
    behaviour: bool,
    mut report: impl FnMut(&str, Proof) -> Result<()>,
) -> Result<()> {
    let course = Course::read(workspace)?;
    let exercises: Vec<&Exercise> = course
        .exercises
        .iter()
        .filter(|exercise| chapters.iter().any(|c| c.name == exercise.chapter))
        .collect();
    let programs = build(workspace, chapters, &exercises)?;
    for exercise in exercises {
        let id = exercise.id();
        screen::progress(&id);
        let proof = match exercise.obstacle() {
            Some(reason) => Some(Proof::Skipped(reason)),
            None => {
                let program = programs
                    .get(&program_of(&exercise.chapter))
                    .with_context(|| format!("{} has no {}", exercise.chapter, MANIFEST))?;
                examine(exercise, program, behaviour)?
            }
        };
        screen::clear_progress();
        if let Some(proof) = proof {
            report(&id, proof)?;
        }
    }
    Ok(())
}

const MANIFEST: &str = "[[test]] with the path exercises/main.rs in its Cargo.toml";

/// The test program of a chapter's exercises.
fn program_of(chapter: &str) -> String {
    format!("{chapter}-exercises")
}

fn build(
    workspace: &Workspace,
    chapters: &[&Chapter],
    exercises: &[&Exercise],
) -> Result<HashMap<String, PathBuf>> {
    let mut arguments = vec!["test".to_owned(), "--no-run".to_owned()];
    if chapters.len() == workspace.chapters.len() {
        // As the tests are built, with the same features, so that nothing is compiled again.
        arguments.extend(["--workspace", "--test", "*-exercises"].map(str::to_owned));
    } else {
        for chapter in chapters {
            if exercises.iter().any(|e| e.chapter == chapter.name) {
                let program = program_of(&chapter.name);
                arguments.extend(["--package".to_owned(), chapter.name.clone()]);
                arguments.extend(["--test".to_owned(), program]);
            }
        }
    }
    if exercises.is_empty() {
        return Ok(HashMap::new());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    cargo::executables(workspace, &arguments)
}

/// `None` when there is nothing to say: only calls are asked for, and the exercise has no block.
fn examine(exercise: &Exercise, program: &PathBuf, behaviour: bool) -> Result<Option<Proof>> {
    let calls_decide = exercise.calls_decide()?;
    if behaviour {
        for (file, passes) in [("starter", calls_decide), ("solution", true)] {
            let run = process::run(program, &[&exercise.name, file], LIMIT)?;
            let expected = if passes { 0 } else { process::PANICKED };
            if run.status != Some(expected) {
                let how = run.trouble.unwrap_or_else(|| "passes".to_owned());
                let output = run.output;
                return Ok(Some(Proof::Fell(format!("its {file} {how}\n{output}"))));
            }
        }
    }
    let Some(block) = exercise.block()? else {
        return Ok(match (calls_decide, behaviour) {
            (true, _) => Some(Proof::Fell(
                "the calls are to decide, and its check.rs has no block of them".to_owned(),
            )),
            (false, true) => Some(Proof::Held),
            (false, false) => None,
        });
    };
    let subject = |file| Program {
        executable: program,
        arguments: file,
        deadline: LIMIT,
    };
    let solution = [exercise.name.as_str(), "solution"];
    let fell = |why: String| Ok(Some(Proof::Fell(why)));
    match subject(&solution).examine(&block)? {
        Finding::Borne(_) => {}
        Finding::Denied(failure) => return fell(format!("its solution's calls: {failure}")),
        Finding::Failed(trouble) => return fell(format!("its solution, traced: {trouble}")),
        Finding::Untraceable(why) if programs::in_ci() => return fell(why),
        Finding::Untraceable(why) => return Ok(Some(Proof::Skipped(why))),
    }
    let starter = [exercise.name.as_str(), "starter"];
    if calls_decide {
        match subject(&starter).examine_briefly(&block)? {
            Finding::Denied(_) => {}
            Finding::Borne(calls) => {
                let calls = calls.join("\n  ");
                return fell(format!(
                    "its starter makes the calls that are asked for:\n  {calls}"
                ));
            }
            Finding::Failed(trouble) => return fell(format!("its starter, traced: {trouble}")),
            Finding::Untraceable(why) => return fell(why),
        }
    }
    Ok(Some(Proof::Held))
}
