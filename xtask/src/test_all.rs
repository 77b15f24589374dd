//! `cargo xtask test-all`: what CI runs. Each step adds to two numbers, and the last line gives them.
//!
//! The tests of the repository's own rules (`xtask/tests/rules.rs`) are among the workspace's tests.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::cargo;
use crate::learn::{self, Proof};
use crate::lesson::Lesson;
use crate::record::Records;
use crate::screen::{self, BAD, BOLD, GOOD, ODD};
use crate::trial::{self, Outcome, Trial};
use crate::witness::{self, Verdict};
use crate::workspace::{Chapter, Workspace};

/// With `--deep`, how often each lesson has to hold in a row, and how many cases a property gets
/// (256 is the default).
const DEEP_RUNS: usize = 100;
const DEEP_CASES: &str = "5000";

/// With `--deep`, how often in a row the kernel has to bear a lesson out.
const DEEP_WITNESSES: usize = 20;

/// What can stand in for std's locks in a model. Each has a configuration of its name.
const CHECKERS: [&str; 2] = ["loom", "shuttle"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only this chapter, with its models under loom and shuttle
    chapter: Option<String>,
    /// Also the slow proofs: every lesson 100 times, every witness 20 times, properties with many
    /// cases, all models
    #[arg(long)]
    deep: bool,
}

/// What the steps so far have found.
#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    /// What could not be tested on this machine, and for want of what.
    skipped: Vec<String>,
    /// One line for each failure, repeated at the end.
    failures: Vec<String>,
    /// Each step with its beginning; it ends where the next begins.
    steps: Vec<(String, Instant)>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let chapters = workspace.select(options.chapter.as_deref())?;
    let packages: Vec<&str> = match &options.chapter {
        Some(name) => vec!["--package", name],
        None => vec!["--workspace"],
    };
    // What only an xtask with mdBook in it has is looked at with all the rest.
    let with_book: &[&str] = match options.chapter {
        None => &["--features", "xtask/book"],
        Some(_) => &[],
    };
    let mut tally = Tally::default();
    tally.step(
        "formatting",
        cargo::command(workspace).args(["fmt", "--all", "--check"]),
    )?;
    tally.step(
        "clippy",
        cargo::command(workspace)
            .arg("clippy")
            .args(&packages)
            .args(with_book)
            .args(["--all-targets", "--", "--deny", "warnings"]),
    )?;
    tally.step(
        "documentation",
        cargo::command(workspace)
            .args(["doc", "--no-deps"])
            .args(&packages)
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    tally.tests("tests", tests(workspace, &packages, options.deep))?;
    if options.chapter.is_none() {
        tally.tests("tests of the book", xtask_with_book(workspace, TESTS))?;
    }
    tally.lessons(
        workspace,
        &chapters,
        if options.deep { DEEP_RUNS } else { 1 },
    )?;
    tally.witnesses(
        workspace,
        &chapters,
        if options.deep { DEEP_WITNESSES } else { 1 },
    )?;
    tally.exercises(workspace, &chapters)?;
    if options.chapter.is_none() {
        tally.tests("book", xtask_with_book(workspace, BOOK))?;
    }
    // They are compiled with all that they need for each checker anew: too long for every chapter at once.
    if options.deep || options.chapter.is_some() {
        tally.models(workspace, &chapters)?;
    }
    tally.print()
}

/// What only an xtask with mdBook in it can do; see `book/mod.rs`.
const TESTS: [&[&str]; 2] = [
    &["test"],
    &["--bin", "xtask", "--", "--show-output", "book::"],
];
/// From what the lessons' runs have just left.
const BOOK: [&[&str]; 2] = [&["run", "--quiet"], &["--", "book", "--quick", "--counted"]];

fn xtask_with_book(workspace: &Workspace, [verb, arguments]: [&[&str]; 2]) -> Command {
    let mut command = cargo::command(workspace);
    command
        .args(verb)
        .args(["--package", "xtask", "--features", "book"])
        .args(arguments);
    command
}

fn tests(workspace: &Workspace, packages: &[&str], deep: bool) -> Command {
    let mut command = cargo::command(workspace);
    command
        .arg("test")
        .args(packages)
        .args(["--no-fail-fast", "--", "--show-output"]);
    if deep {
        command.env("PROPTEST_CASES", DEEP_CASES);
    }
    command
}

impl Tally {
    fn begin(&mut self, step: &str) -> Result<()> {
        self.steps.push((step.to_owned(), Instant::now()));
        screen::line(&format!("{BOLD}{step}{BOLD:#}"))
    }

    /// A command that passes or fails as a whole.
    fn step(&mut self, name: &str, command: &mut Command) -> Result<()> {
        self.begin(name)?;
        let status = command
            .status()
            .with_context(|| format!("cannot start {name}"))?;
        self.count(status.success(), || name.to_owned());
        Ok(())
    }

    /// A `cargo test`, whose tests count one by one.
    fn tests(&mut self, name: &str, mut command: Command) -> Result<()> {
        self.begin(name)?;
        let mut cargo = command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let output = BufReader::new(
            cargo
                .stdout
                .take()
                .context("cargo's output is not a pipe")?,
        );
        let failed_before = self.failed;
        let mut lines = Vec::new();
        for line in output.lines() {
            let line = line?;
            self.read_test_line(&line)?;
            lines.push(line);
        }
        screen::clear_progress();
        let success = cargo.wait()?.success();
        if !success {
            failures(&lines).try_for_each(screen::line)?;
        }
        if !success && self.failed == failed_before {
            self.count(false, || {
                format!("{name}: cargo failed without a test's verdict")
            });
        }
        Ok(())
    }

    fn read_test_line(&mut self, line: &str) -> Result<()> {
        if let Some(reason) = line.strip_prefix("skipped: ") {
            self.skipped.push(reason.to_owned());
        } else if let Some((name, verdict)) = line
            .strip_prefix("test ")
            .and_then(|l| l.rsplit_once(" ... "))
        {
            // A test that is ignored has not passed either.
            self.count(verdict == "ok", || format!("{name} ... {verdict}"));
            screen::progress(&format!(
                "{} passed, {} failed: {name}",
                self.passed, self.failed
            ));
        } else if line.starts_with("test result: ") {
            screen::clear_progress();
            screen::line(&format!("  {line}"))?;
        }
        Ok(())
    }

    /// Every lesson, `runs` times in a row; it counts once.
    fn lessons(&mut self, workspace: &Workspace, chapters: &[&Chapter], runs: usize) -> Result<()> {
        self.begin(&format!(
            "lessons{}",
            if runs > 1 {
                format!(", {runs} times each")
            } else {
                String::new()
            }
        ))?;
        let Ok(executables) = cargo::lessons(workspace, chapters) else {
            self.count(false, || "the lessons do not build".to_owned());
            return Ok(());
        };
        let records = Records::of(workspace);
        for chapter in chapters {
            for lesson in &chapter.lessons {
                let name = format!("{}/{}", chapter.name, lesson.name);
                let executable = executables.get(&lesson.target());
                let last = repeat(lesson, executable, runs)?;
                if let Some(executable) = executable {
                    records.keep_run(lesson, executable, &last)?;
                }
                match last.outcome {
                    Outcome::Held => self.count(true, String::new),
                    Outcome::Skipped(why) => self.skipped.push(format!("{name} {why}")),
                    Outcome::Fell(why) => {
                        screen::line(&format!("{BAD}{name} {why}{BAD:#}\n{}", last.output))?;
                        self.count(false, || format!("{name} {why}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Every `syscalls` block, `runs` times in a row; it counts once.
    fn witnesses(
        &mut self,
        workspace: &Workspace,
        chapters: &[&Chapter],
        runs: usize,
    ) -> Result<()> {
        self.begin("witnesses")?;
        if !cfg!(target_os = "linux") {
            return screen::line("  need Linux: this system lets no program trace another");
        }
        let Ok(executables) = cargo::lessons(workspace, chapters) else {
            return Ok(());
        };
        let records = Records::of(workspace);
        for chapter in chapters {
            for lesson in &chapter.lessons {
                let name = format!("witness {}/{}", chapter.name, lesson.name);
                screen::progress(&name);
                let executable = executables.get(&lesson.target());
                let verdict = witness::repeat(&records, lesson, executable, runs)?;
                screen::clear_progress();
                match verdict {
                    Verdict::Silent => {}
                    Verdict::Borne(_) => self.count(true, String::new),
                    Verdict::Skipped(why) => self.skipped.push(format!("{name} {why}")),
                    Verdict::Denied(why) => {
                        screen::line(&format!("{BAD}{name}{BAD:#}\n{why}"))?;
                        self.count(false, || name);
                    }
                }
            }
        }
        Ok(())
    }

    /// The calls of the exercises; what starters and solutions do is among the tests.
    fn exercises(&mut self, workspace: &Workspace, chapters: &[&Chapter]) -> Result<()> {
        self.begin("exercises")?;
        if !cfg!(target_os = "linux") {
            return screen::line("  need Linux: this system lets no program trace another");
        }
        learn::prove_calls(workspace, chapters, |name, proof| {
            let name = format!("exercise {name}");
            match proof {
                Proof::Held => self.count(true, String::new),
                Proof::Skipped(why) => self.skipped.push(format!("{name} {why}")),
                Proof::Fell(why) => {
                    screen::line(&format!("{BAD}{name}{BAD:#}\n{why}"))?;
                    self.count(false, || name);
                }
            }
            Ok(())
        })
    }

    /// The models: tests whose file ends in `_loom.rs` or `_shuttle.rs`, built with the locks of that
    /// checker for std's.
    fn models(&mut self, workspace: &Workspace, chapters: &[&Chapter]) -> Result<()> {
        for chapter in chapters {
            let folder = workspace
                .root
                .join("crates")
                .join(&chapter.name)
                .join("tests");
            for entry in fs::read_dir(&folder)
                .with_context(|| format!("cannot read {}", folder.display()))?
            {
                let path = entry?.path();
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                let checker = CHECKERS
                    .iter()
                    .find(|&&checker| name.ends_with(&format!("_{checker}")));
                if let Some(checker) = checker {
                    self.tests(
                        &format!("model {name}"),
                        model(workspace, &chapter.name, &name, checker),
                    )?;
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, passed: bool, name: impl FnOnce() -> String) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.failures.push(name());
        }
    }

    fn print(&self) -> Result<ExitCode> {
        screen::line("")?;
        self.print_times()?;
        for skipped in &self.skipped {
            screen::line(&format!("{ODD}skipped: {skipped}{ODD:#}"))?;
        }
        if !self.skipped.is_empty() {
            screen::line("`cargo xtask doctor` says how to get the programs that were missing.")?;
        }
        for failure in &self.failures {
            screen::line(&format!("{BAD}failed: {failure}{BAD:#}"))?;
        }
        let style = if self.failed == 0 { GOOD } else { BAD };
        screen::line(&format!(
            "{style}{} passed, {} failed{style:#}",
            self.passed, self.failed
        ))?;
        Ok(if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// What took how long: where to look when all of it takes too long.
    fn print_times(&self) -> Result<()> {
        let now = Instant::now();
        let starts = || self.steps.iter().map(|&(_, start)| start);
        let ends = starts().skip(1).chain([now]);
        for ((step, start), end) in self.steps.iter().zip(ends) {
            screen::line(&format!("{} {step}", clock(end - *start)))?;
        }
        let all = starts().next().map_or(Duration::ZERO, |first| now - first);
        screen::line(&format!("{} in all", clock(all)))
    }
}

/// Minutes and seconds.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{:>3}:{:02}", seconds / 60, seconds % 60)
}

/// The last of `runs` runs in a row, or the first that did not hold.
fn repeat(lesson: &Lesson, executable: Option<&PathBuf>, runs: usize) -> Result<Trial> {
    let mut last = trial::run(lesson, executable)?;
    for round in 1..runs {
        if !matches!(last.outcome, Outcome::Held) {
            break;
        }
        screen::progress(&format!("{}: {round} of {runs}", lesson.name));
        last = trial::run(lesson, executable)?;
    }
    screen::clear_progress();
    Ok(last)
}

/// What a test harness printed of its failures: the part from `failures:` to the result.
fn failures(lines: &[String]) -> impl Iterator<Item = &str> {
    let mut inside = false;
    lines.iter().map(String::as_str).filter(move |line| {
        inside = *line == "failures:" || (inside && !line.starts_with("test result: "));
        inside
    })
}

fn model(workspace: &Workspace, package: &str, test: &str, checker: &str) -> Command {
    let mut command = cargo::command(workspace);
    command
        .args([
            "test",
            "--release",
            "--package",
            package,
            "--test",
            test,
            "--",
            "--show-output",
        ])
        .env("RUSTFLAGS", format!("--cfg {checker}"))
        .env(
            "CARGO_TARGET_DIR",
            workspace.root.join("target").join(checker),
        );
    command
}
