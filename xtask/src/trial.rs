//! One run of one lesson, with everything it printed and a deadline.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::lesson::{Lesson, Obstacle};
use crate::{process, programs};

/// A lesson ends by itself within two seconds on an idle machine; a loaded one may take longer.
const DEADLINE: Duration = Duration::from_secs(60);

/// How a lesson's run ended.
pub(crate) enum Outcome {
    /// Every check of the lesson held.
    Held,
    /// One did not, or the lesson did not end; the text says which.
    Fell(String),
    /// It cannot run here, and why.
    Skipped(String),
}

pub(crate) struct Trial {
    pub(crate) outcome: Outcome,
    /// Standard output and standard error, in the order of writing.
    pub(crate) output: String,
    pub(crate) elapsed: Duration,
}

/// Runs the lesson once, unless something keeps it from running here. In CI a missing program is no
/// excuse.
pub(crate) fn run(lesson: &Lesson, executable: Option<&PathBuf>) -> Result<Trial> {
    let instead = match (lesson.obstacle(), executable) {
        (Some(Obstacle::Program(reason)), _) if programs::in_ci() => {
            Outcome::Fell(format!("{reason}: run `cargo xtask doctor --install`"))
        }
        (Some(Obstacle::Platform(reason) | Obstacle::Program(reason)), _) => {
            Outcome::Skipped(reason)
        }
        (None, None) => Outcome::Fell("cargo built no such example".to_owned()),
        (None, Some(executable)) => return execute(executable),
    };
    Ok(Trial {
        outcome: instead,
        output: String::new(),
        elapsed: Duration::ZERO,
    })
}

fn execute(executable: &Path) -> Result<Trial> {
    let start = Instant::now();
    let run = process::run(executable, &[], DEADLINE)?;
    Ok(Trial {
        outcome: run.trouble.map_or(Outcome::Held, Outcome::Fell),
        output: run.output,
        elapsed: start.elapsed(),
    })
}
