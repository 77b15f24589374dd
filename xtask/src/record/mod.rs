//! What the last runs of the lessons left: output, verdict, and the calls that each line made.
//!
//! Whatever runs a lesson (tour, test-all, witness, book) writes down what came of it, so that the book is
//! made of real runs and no lesson has to run again for it. A record lies below `target/lessons` and has
//! three parts, each from a run of its own: the plain run, the testimony to its block of calls, and the
//! trace with the calls by line. A part counts as long as the lesson's text and executable are those that
//! ran: a newer text, or a newer library, makes it stale.

mod json;
mod trace;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::lesson::Lesson;
use crate::trial::{Outcome, Trial};
use crate::workspace::Workspace;

pub(crate) use trace::{Happening, Place, Repeated, Step, Steps, Trace};

/// The folder of records.
pub(crate) struct Records {
    folder: PathBuf,
    /// The system that all runs of this program are on, as `Linux 6.8.0 x86_64`.
    system: String,
}

/// What is known of one lesson.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Record {
    pub(crate) run: Option<Run>,
    /// The calls that bore its block out.
    pub(crate) testimony: Option<Vec<String>>,
    pub(crate) trace: Option<Trace>,
}

/// A run without a tracer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    /// What did not hold, if something did not.
    pub(crate) fell: Option<String>,
    pub(crate) output: String,
    pub(crate) milliseconds: u64,
    pub(crate) system: String,
    /// Seconds since 1970.
    pub(crate) time: u64,
}

impl Records {
    pub(crate) fn of(workspace: &Workspace) -> Self {
        Self {
            folder: workspace.root.join("target/lessons"),
            system: system(),
        }
    }

    /// The parts that are fresh: of this text, and of this executable when one is given.
    pub(crate) fn read(&self, lesson: &Lesson, executable: Option<&Path>) -> Result<Record> {
        let parts = self.parts(lesson);
        let source = source_stamp(lesson)?;
        let executable = executable.map(executable_stamp).transpose()?;
        let fresh = |part: &str| {
            let part = &parts[part];
            let same_program = executable
                .as_ref()
                .is_none_or(|stamp| part["executable"] == **stamp);
            (part["source"] == *source && same_program).then_some(part)
        };
        Ok(Record {
            run: fresh("run").and_then(json::run),
            testimony: fresh("testimony").and_then(|part| json::texts(&part["calls"])),
            trace: fresh("trace").and_then(json::trace),
        })
    }

    /// Writes down a plain run; one that was skipped leaves nothing.
    pub(crate) fn keep_run(&self, lesson: &Lesson, executable: &Path, trial: &Trial) -> Result<()> {
        let fell = match &trial.outcome {
            Outcome::Held => None,
            Outcome::Fell(why) => Some(why.clone()),
            Outcome::Skipped(_) => return Ok(()),
        };
        let time = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let run = Run {
            fell,
            output: trial.output.clone(),
            milliseconds: u64::try_from(trial.elapsed.as_millis())?,
            system: self.system.clone(),
            time: time.as_secs(),
        };
        self.keep(lesson, executable, "run", json::of_run(&run))
    }

    pub(crate) fn keep_testimony(
        &self,
        lesson: &Lesson,
        executable: &Path,
        calls: &[String],
    ) -> Result<()> {
        self.keep(lesson, executable, "testimony", json!({ "calls": calls }))
    }

    pub(crate) fn keep_trace(
        &self,
        lesson: &Lesson,
        executable: &Path,
        trace: &Trace,
    ) -> Result<()> {
        self.keep(lesson, executable, "trace", json::of_trace(trace))
    }

    fn keep(&self, lesson: &Lesson, executable: &Path, part: &str, mut value: Value) -> Result<()> {
        value["source"] = json!(source_stamp(lesson)?);
        value["executable"] = json!(executable_stamp(executable)?);
        let mut parts = match self.parts(lesson) {
            Value::Object(parts) => parts,
            _ => Map::new(),
        };
        parts.insert(part.to_owned(), value);
        let (path, fresh) = (self.path(lesson), self.path(lesson).with_extension("new"));
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make {}", self.folder.display()))?;
        // A reader never sees half a record.
        fs::write(&fresh, Value::Object(parts).to_string())
            .and_then(|()| fs::rename(&fresh, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// What is written down, fresh or not; nothing when there is no record, or none that can be read.
    fn parts(&self, lesson: &Lesson) -> Value {
        fs::read(self.path(lesson))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    fn path(&self, lesson: &Lesson) -> PathBuf {
        self.folder.join(&lesson.name).with_extension("json")
    }
}

/// A number for the lesson's text: FNV-1a, which is the same in every build of this program.
fn source_stamp(lesson: &Lesson) -> Result<String> {
    let bytes = fs::read(&lesson.path)
        .with_context(|| format!("cannot read the lesson {}", lesson.path.display()))?;
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!("{hash:016x}"))
}

/// Cargo writes an executable anew exactly when something in it has changed.
fn executable_stamp(executable: &Path) -> Result<String> {
    let metadata =
        fs::metadata(executable).with_context(|| format!("cannot see {}", executable.display()))?;
    let (seconds, nanoseconds) = (metadata.mtime(), metadata.mtime_nsec());
    Ok(format!("{} {seconds}.{nanoseconds:09}", metadata.len()))
}

fn system() -> String {
    nix::sys::utsname::uname().map_or_else(
        |_| "unknown".to_owned(),
        |name| {
            [name.sysname(), name.release(), name.machine()]
                .map(|part| part.to_string_lossy().into_owned())
                .join(" ")
        },
    )
}

#[cfg(test)]
mod tests;
