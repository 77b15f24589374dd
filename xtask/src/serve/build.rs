//! Cargo, with its progress and what the compiler has to say told as it comes.

use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use serde_json::Value;

use super::run::Run;
use crate::group;

/// Runs `cargo`, which builds the example `target`; the executable, if there is one in the end.
pub(super) fn build(run: &Arc<Run>, mut cargo: Command, target: &str) -> Result<Option<PathBuf>> {
    cargo
        .arg("--message-format=json")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    group::of_its_own(&mut cargo);
    let mut child = cargo.spawn().context("cannot start cargo")?;
    let led = run.lead(&child);
    let progress = child.stderr.take().context("cargo has no output")?;
    let messages = child.stdout.take().context("cargo has no output")?;
    let telling = thread::Builder::new().spawn({
        let run = Arc::clone(run);
        move || tell_progress(&run, progress)
    })?;
    let built = executable(run, messages, target);
    // It ends with cargo, and is not worth a word.
    let _ = telling.join();
    let status = run.wait(&mut child)?;
    led?;
    Ok(built?.filter(|_| status.success()))
}

fn tell_progress(run: &Run, progress: impl io::Read) {
    for line in BufReader::new(progress).lines().map_while(Result::ok) {
        // The messages say it all, and better.
        let repeats = line.starts_with("error: could not compile") || line.starts_with("warning: ");
        if !repeats {
            run.tell(|log| log.build(line.trim()));
        }
    }
}

fn executable(run: &Run, messages: impl io::Read, target: &str) -> Result<Option<PathBuf>> {
    let mut built = None;
    for line in BufReader::new(messages).lines() {
        let message: Value = serde_json::from_str(&line?).context("cargo's message is not JSON")?;
        if message["target"]["name"] != target {
            continue;
        }
        if message["reason"] == "compiler-message" {
            tell_diagnostic(run, &message["message"], target);
        } else if let Some(path) = message["executable"].as_str() {
            built = Some(PathBuf::from(path));
        }
    }
    Ok(built)
}

fn tell_diagnostic(run: &Run, message: &Value, target: &str) {
    let text = |name: &str| message[name].as_str().unwrap_or_default();
    // "aborting due to 2 previous errors" and the like.
    if text("message").starts_with("aborting due to") || text("level") == "failure-note" {
        return;
    }
    let lines = lines(message, &program_file(target));
    run.tell(|log| log.diagnostic(text("level"), text("message"), &lines, text("rendered")));
}

/// The lines of the program's own file that the message is about.
fn lines(message: &Value, file: &Path) -> Vec<u64> {
    let spans = message["spans"].as_array().into_iter().flatten();
    let own = spans.filter(|span| {
        let name = span["file_name"].as_str().unwrap_or_default();
        span["is_primary"] == true && Path::new(name).ends_with(file)
    });
    let mut lines: Vec<u64> = own
        .flat_map(|span| {
            let line = |name: &str| span[name].as_u64().unwrap_or_default();
            line("line_start")..=line("line_end")
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// How the name of an example's file ends, wherever its package is.
pub(super) fn program_file(target: &str) -> PathBuf {
    Path::new("examples").join(target).with_extension("rs")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_primary_spans_of_the_programs_file_count() {
        let span = |file: &str, start: u64, end: u64, primary: bool| json!({"file_name": file, "line_start": start, "line_end": end, "is_primary": primary});
        let message = json!({"spans": [
            span("crates/x/examples/a.rs", 7, 8, true),
            span("crates/x/examples/a.rs", 7, 7, true),
            span("crates/x/examples/a.rs", 3, 3, false),
            span("crates/x/src/lib.rs", 1, 1, true),
        ]});
        assert_eq!(lines(&message, &program_file("a")), [7, 8]);
        assert!(lines(&json!({}), &program_file("a")).is_empty());
    }
}
