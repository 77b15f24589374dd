//! One run of one lesson, with everything it printed and a deadline.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::lesson::{Lesson, Obstacle};
use crate::programs;

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
    let (mut reader, writer) = io::pipe()?;
    let mut child = Command::new(executable)
        .stdin(Stdio::null())
        // A claim that fell says so in a line; forty lines of the panic machinery would hide it.
        .env("RUST_BACKTRACE", "0")
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("cannot start {}", executable.display()))?;
    let (send, collected) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let result = reader.read_to_end(&mut bytes).map(|_| bytes);
        send.send(result)
    });
    // The pipe ends when the lesson has, and every process that it started with it.
    let (outcome, output) = match collected.recv_timeout(DEADLINE) {
        Ok(bytes) => (judge(&mut child)?, bytes?),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            child.kill()?;
            child.wait()?;
            (
                Outcome::Fell(format!("had not ended after {} s", DEADLINE.as_secs())),
                Vec::new(),
            )
        }
    };
    let output = String::from_utf8_lossy(&output).into_owned();
    Ok(Trial {
        outcome,
        output,
        elapsed: start.elapsed(),
    })
}

fn judge(child: &mut Child) -> Result<Outcome> {
    let status = child.wait()?;
    Ok(if status.success() {
        Outcome::Held
    } else {
        Outcome::Fell(format!("ended with {status}"))
    })
}
