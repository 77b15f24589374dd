//! `cargo xtask witness`: the kernel's check of the lessons' `syscalls` blocks.
//!
//! A lesson runs under the tracer of the chapter `syscalls`, from its `main` on and with everything
//! that it starts; what the kernel saw has to bear its block out. Only calls that the block speaks of
//! are traced: all others run at full speed.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use syscalls::filter::Filter;
use syscalls::trace::{Command, Ending, Error, Options as TraceOptions, Tracer};
use syscalls::witness::{Block, Failure, Line, Witness};

use crate::cargo;
use crate::lesson::{Lesson, Obstacle};
use crate::programs;
use crate::screen::{self, BAD, BOLD, DIM, GOOD, ODD};
use crate::workspace::Workspace;

/// As for an untraced run, with some more for the tracer.
const DEADLINE: Duration = Duration::from_secs(120);

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
    let (mut borne, mut denied) = (0, 0);
    for chapter in chapters {
        screen::line(&format!("\n{BOLD}{}{BOLD:#}", chapter.name))?;
        for lesson in &chapter.lessons {
            screen::progress(&format!("{} is being traced", lesson.name));
            let verdict = examine(lesson, executables.get(&lesson.target()))?;
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
pub(crate) fn examine(lesson: &Lesson, executable: Option<&PathBuf>) -> Result<Verdict> {
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
        (None, Some(executable)) => compare(lesson, &block, executable),
    }
}

/// The last verdict of `runs` in a row, or the first that is against the lesson.
pub(crate) fn repeat(
    lesson: &Lesson,
    executable: Option<&PathBuf>,
    runs: usize,
) -> Result<Verdict> {
    let mut last = examine(lesson, executable)?;
    for _ in 1..runs {
        if !matches!(last, Verdict::Borne(_)) {
            break;
        }
        last = examine(lesson, executable)?;
    }
    Ok(last)
}

fn compare(lesson: &Lesson, block: &Block, executable: &Path) -> Result<Verdict> {
    let subject = Subject {
        executable,
        arguments: &[],
        deadline: DEADLINE,
    };
    Ok(match subject.examine(block)? {
        Finding::Borne(calls) => Verdict::Borne(calls),
        Finding::Denied(failure) => {
            Verdict::Denied(format!("{}: {failure}", lesson.place().display()))
        }
        Finding::Failed(trouble) => Verdict::Denied(trouble),
        Finding::Untraceable(why) if programs::in_ci() => Verdict::Denied(why),
        Finding::Untraceable(why) => Verdict::Skipped(why),
    })
}

/// A program that is to bear a block out.
pub(crate) struct Subject<'a> {
    pub(crate) executable: &'a Path,
    pub(crate) arguments: &'a [&'a str],
    /// When it is killed.
    pub(crate) deadline: Duration,
}

/// A block, and what the kernel saw.
pub(crate) enum Finding {
    /// These calls bear it out, one for each line that names one.
    Borne(Vec<String>),
    /// They do not.
    Denied(Box<Failure>),
    /// The program failed under the tracer: how, and what it printed.
    Failed(String),
    /// Tracing is not allowed here.
    Untraceable(String),
}

impl Subject<'_> {
    /// Runs it, and holds what the kernel saw against the block.
    pub(crate) fn examine(&self, block: &Block) -> Result<Finding> {
        let finding = self.examine_once(block, filter(block)?)?;
        if matches!(finding, Finding::Borne(_) | Finding::Untraceable(_)) {
            return Ok(finding);
        }
        // Whoever looks for the reason wants to see all calls, not only those that the block names.
        // A block that holds the second time is still one that does not hold.
        Ok(match self.examine_once(block, Filter::default())? {
            Finding::Borne(_) => finding,
            again => again,
        })
    }

    /// The same without the second run, for which only the verdict counts.
    pub(crate) fn examine_briefly(&self, block: &Block) -> Result<Finding> {
        self.examine_once(block, filter(block)?)
    }

    fn examine_once(&self, block: &Block, filter: Filter) -> Result<Finding> {
        let run = match self.trace(filter)? {
            Ok(run) => run,
            Err(error) => return Ok(Finding::Untraceable(error.to_string())),
        };
        if let Some(trouble) = run.trouble {
            return Ok(Finding::Failed(format!("{trouble}\n{}", run.output)));
        }
        Ok(match block.check(&run.lines) {
            Ok(witness) => Finding::Borne(testimony(&witness, &run.lines)),
            Err(failure) => Finding::Denied(Box::new(failure)),
        })
    }

    /// The outer error is ours, the inner one the tracer's.
    fn trace(&self, filter: Filter) -> Result<Result<Run, Error>> {
        let (mut reader, writer) = io::pipe()?;
        let printed = thread::spawn(move || {
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).map(|_| bytes)
        });
        let command = Command::new(self.executable)
            .args(self.arguments)
            .env("RUST_BACKTRACE", "0")
            .stdin(File::open("/dev/null")?)
            .stdout(writer.try_clone()?)
            .stderr(writer);
        let options = TraceOptions {
            follow: true,
            from_main: true,
            filter,
            ..TraceOptions::default()
        };
        let recorded = record(command, options, self.deadline)?;
        // The pipe has ended with the command, which held its other end, and all that it started.
        let output = join(printed)??;
        Ok(recorded.map(|(lines, trouble)| Run {
            lines,
            trouble,
            output: String::from_utf8_lossy(&output).into_owned(),
        }))
    }
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

/// What a traced program did.
struct Run {
    lines: Vec<Line>,
    /// How it ended, when not well.
    trouble: Option<String>,
    /// What it printed.
    output: String,
}

/// What the thread that traces and the one that watches the clock tell each other.
#[derive(Default)]
struct Watch {
    /// The program's process; 0 until it is there.
    process: AtomicI32,
    expired: AtomicBool,
}

type Recorded = std::result::Result<(Vec<Line>, Option<String>), Error>;

/// Traces on a thread of its own, which can wait for ever, while this one watches the clock.
fn record(command: Command, options: TraceOptions, deadline: Duration) -> Result<Recorded> {
    let watch = Arc::new(Watch::default());
    let (ended, end) = mpsc::channel();
    let tracing = thread::spawn({
        let watch = Arc::clone(&watch);
        move || {
            let recorded = follow(&command, options, &watch, deadline);
            // Whoever waits for it may have given up.
            let _ = ended.send(());
            recorded
        }
    });
    if end.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout) {
        watch.expired.store(true, Ordering::SeqCst);
        let process = watch.process.load(Ordering::SeqCst);
        // Its end is an event, which the other thread waits for. Number 0 would be ourselves.
        if process != 0 {
            let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
        }
    }
    join(tracing)
}

fn follow(command: &Command, options: TraceOptions, watch: &Watch, deadline: Duration) -> Recorded {
    let mut tracer = Tracer::spawn(command, options)?;
    // There may never be an event of it, when it does nothing that is asked for.
    let children = fs::read_to_string("/proc/thread-self/children").unwrap_or_default();
    let only = children.trim().parse().unwrap_or_default();
    watch.process.store(only, Ordering::SeqCst);
    let mut lines = Vec::new();
    while let Some(event) = tracer.next()? {
        let _ = watch
            .process
            .compare_exchange(0, event.pid, Ordering::SeqCst, Ordering::SeqCst);
        if watch.expired.load(Ordering::SeqCst) {
            let trouble = format!("had not ended after {} s", deadline.as_secs());
            return Ok((lines, Some(trouble)));
        }
        lines.extend(Line::of(&event));
    }
    let trouble = match tracer.ending() {
        Some(Ending::Exited(0)) => None,
        Some(Ending::Exited(status)) => Some(format!("ended with status {status}")),
        Some(Ending::Killed(signal)) => Some(format!("ended by signal {signal}")),
        None => Some("its end was not seen".to_owned()),
    };
    Ok((lines, trouble))
}

fn join<T>(thread: thread::JoinHandle<T>) -> Result<T> {
    thread
        .join()
        .map_err(|_| anyhow!("a thread of the tracer panicked"))
}

/// The calls that the block speaks of; all of them when it has a pattern for names, and when the
/// lesson has a seccomp filter of its own: what that refuses never comes to the tracer's.
fn filter(block: &Block) -> Result<Filter> {
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
