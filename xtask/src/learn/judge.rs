//! Whether a reader's file does what is asked: it compiles, its behaviour passes the check, and, where
//! the check has a block of calls, the kernel saw those.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anstyle::Style;
use anyhow::{Context, Result};

use super::course::Exercise;
use super::desk::{Desk, shown};
use super::heading;
use crate::cargo;
use crate::process;
use crate::scratch::Scratch;
use crate::screen::{self, BOLD, DIM, ODD};
use crate::traced::Program;
use crate::witness::Finding;
use crate::workspace::Workspace;

/// What there is to say of a reader's file.
pub(crate) enum Verdict {
    Solved {
        output: String,
        calls: Calls,
    },
    /// The compiler has said why.
    DoesNotCompile,
    /// The check failed.
    Wrong {
        how: String,
        output: String,
    },
    /// It does the right thing, by other calls than those that are asked for.
    WrongCalls {
        output: String,
        why: String,
    },
}

/// What the kernel says of a file that behaves.
pub(crate) enum Calls {
    /// The check asks for none.
    NotAsked,
    /// These were asked for, and made.
    Made(Vec<String>),
    /// Nobody could look.
    NotSeen(String),
}

pub(crate) fn judge(
    workspace: &Workspace,
    exercise: &Exercise,
    desk: &Desk,
    limit: Duration,
) -> Result<Verdict> {
    let Some(executable) = build(workspace, exercise, &desk.copy(exercise))? else {
        return Ok(Verdict::DoesNotCompile);
    };
    screen::progress(&format!("{} is running", exercise.name));
    let run = process::run(&executable, &[], limit);
    screen::clear_progress();
    let run = run?;
    let output = run.output;
    if let Some(trouble) = run.trouble {
        let how = match run.status {
            Some(process::PANICKED) => "does not yet do what is asked".to_owned(),
            _ => trouble,
        };
        return Ok(Verdict::Wrong { how, output });
    }
    let Some(block) = exercise.block()? else {
        let calls = Calls::NotAsked;
        return Ok(Verdict::Solved { output, calls });
    };
    let subject = Program {
        executable: &executable,
        arguments: &[],
        deadline: limit,
    };
    Ok(match subject.examine(&block)? {
        Finding::Borne(calls) => Verdict::Solved {
            output,
            calls: Calls::Made(calls),
        },
        Finding::Untraceable(why) => Verdict::Solved {
            output,
            calls: Calls::NotSeen(why),
        },
        Finding::Failed(trouble) => Verdict::Wrong {
            how: "failed when it ran once more, under the tracer".to_owned(),
            output: trouble,
        },
        Finding::Denied(failure) => Verdict::WrongCalls {
            output,
            why: format!("{}: {failure}", shown(&exercise.check())),
        },
    })
}

/// A program of the reader's file and the check; `None` when it does not compile.
fn build(workspace: &Workspace, exercise: &Exercise, copy: &Path) -> Result<Option<PathBuf>> {
    let package = format!("learn-{}", exercise.chapter);
    let scratch = Scratch::new(workspace, &exercise.chapter, &package)?;
    // The files themselves are modules of it, so that the compiler names them where it complains.
    let program = format!(
        "#[path = {copy:?}]\nmod exercise;\n#[path = {:?}]\nmod check;\n\nfn main() {{\n    \
         check::main()\n}}\n",
        exercise.check()
    );
    scratch.write_program(&exercise.stem(), &program)?;
    screen::progress(&format!("{} is being compiled", exercise.name));
    let mut cargo = scratch.build(workspace, &exercise.stem());
    let built = cargo::built(&mut cargo);
    screen::clear_progress();
    let Some(mut built) = built? else {
        return Ok(None);
    };
    let executable = built.remove(&exercise.stem());
    executable.context("cargo built no such program").map(Some)
}

impl Verdict {
    pub(crate) fn print(&self, exercise: &Exercise, desk: &Desk) -> Result<()> {
        let name = &exercise.name;
        match self {
            Self::Solved { output, calls } => {
                show(&shortened(output))?;
                calls.print()?;
                return heading(true, &format!("{name} is solved."));
            }
            Self::DoesNotCompile => {
                heading(false, &format!("{name} does not compile yet; see above."))?;
            }
            Self::Wrong { how, output } => {
                show(&shortened(output))?;
                heading(false, &format!("{name} {how}."))?;
            }
            Self::WrongCalls { output, why } => {
                show(&shortened(output))?;
                heading(
                    false,
                    &format!(
                        "{name} does the right thing, but by other calls than those asked for."
                    ),
                )?;
                show(why)?;
            }
        }
        screen::line(&format!(
            "\n  {DIM}edit{DIM:#}  {BOLD}{}{BOLD:#}\n  {DIM}hint{DIM:#}  cargo xtask learn hint {name}",
            shown(&desk.copy(exercise)),
        ))
    }
}

impl Calls {
    fn print(&self) -> Result<()> {
        match self {
            Self::NotAsked => Ok(()),
            Self::Made(calls) => {
                screen::line("  ✓ the kernel saw the calls that were asked for")?;
                calls
                    .iter()
                    .try_for_each(|call| screen::line(&format!("{DIM}      {call}{DIM:#}")))
            }
            Self::NotSeen(why) => screen::line(&format!(
                "{ODD}  - its system calls were not looked at: {why}{ODD:#}"
            )),
        }
    }
}

/// The beginning and the end of what is too long for a screen or two.
fn shortened(output: &str) -> String {
    const EDGE: usize = 30;
    let lines: Vec<&str> = output.lines().collect();
    if lines.len() <= 2 * EDGE {
        return output.to_owned();
    }
    let left_out = format!("… {} lines left out …", lines.len() - 2 * EDGE);
    let (begin, end) = (&lines[..EDGE], &lines[lines.len() - EDGE..]);
    [begin, &[left_out.as_str()], end].concat().join("\n")
}

/// What a program printed, a little to the right, and what a verdict rests on dimmer.
fn show(output: &str) -> Result<()> {
    let mut is_evidence = false;
    for line in output.lines() {
        // What the panic machinery says of itself helps nobody here, but the place does.
        if line.starts_with("note: run with `RUST_BACKTRACE") {
            continue;
        }
        if let Some((_, place)) = line.strip_prefix("thread '").and_then(|line| {
            line.split_once("' panicked at ")
                .or(line.split_once(") panicked at "))
        }) {
            let place = place.trim_end_matches(':');
            screen::line(&format!("{DIM}  at {}{DIM:#}", shown(Path::new(place))))?;
            continue;
        }
        is_evidence |= line.starts_with("  the run, ");
        let style = if is_evidence { DIM } else { Style::new() };
        screen::line(format!("{style}  {line}{style:#}").trim_end())?;
    }
    Ok(())
}
