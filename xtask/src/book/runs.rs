//! What the lessons' last runs left; those that left nothing fresh run now, two at a time.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, anyhow};
use syscalls::event::Kind;
use syscalls::filter::Filter;
use syscalls::source::View;
use syscalls::trace::{Error, Options};
use syscalls::witness::Block;

use super::diagram;
use super::resolve::NamedLesson;
use crate::cargo;
use crate::lesson::{Lesson, Obstacle};
use crate::record::{Record, Records, Steps, Trace};
use crate::screen;
use crate::traced;
use crate::trial::{self, Outcome};
use crate::witness;
use crate::workspace::{Chapter, Workspace};

/// Lessons run beside each other, and each has to end in time.
const AT_ONCE: usize = 2;

/// On every system but Linux.
const NO_TRACER: &str = "This book was built on a system that lets no program trace another. On Linux the \
                         calls stand under their lines.";

/// Of a lesson that cannot bear to be stopped at each call.
const ONLY_NAMED: &str = "Only calls that the header names are shown: with all of them traced, the lesson \
                          would miss its times.";

/// What there is of a lesson.
#[derive(Default)]
pub(super) struct Found {
    pub(super) record: Record,
    /// Why it cannot run here.
    pub(super) obstacle: Option<String>,
    /// Why there is no trace of it, although there should be one.
    pub(super) not_traced: Option<String>,
    /// What did not hold.
    pub(super) fell: Option<String>,
}

/// Looks up every lesson; those of the chapters `running` run if they need to.
pub(super) fn collect<'a>(
    workspace: &Workspace,
    lessons: &'a BTreeMap<String, NamedLesson<'a>>,
    running: &[&Chapter],
) -> Result<BTreeMap<&'a str, Found>> {
    let records = Records::of(workspace);
    let executables = if running.is_empty() {
        HashMap::new()
    } else {
        cargo::lessons(workspace, running)?
    };
    let queue = Mutex::new(lessons.iter());
    let found = Mutex::new(BTreeMap::new());
    let number = AtomicUsize::new(0);
    let work = || -> Result<()> {
        loop {
            let next = queue.lock().map_err(|_| panicked())?.next();
            let Some((name, named)) = next else {
                return Ok(());
            };
            let executable = executables.get(&named.lesson.target());
            let worker = Worker {
                records: &records,
                named,
                executable: executable.map(PathBuf::as_path),
                run: running.iter().any(|c| c.name == named.chapter.name),
            };
            let number = 1 + number.fetch_add(1, Ordering::Relaxed);
            let of = lessons.len();
            let one = worker.find(|| screen::progress(&format!("{number} of {of}: {name}")))?;
            found
                .lock()
                .map_err(|_| panicked())?
                .insert(name.as_str(), one);
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| panicked())?)
    })?;
    screen::clear_progress();
    found.into_inner().map_err(|_| panicked())
}

fn panicked() -> anyhow::Error {
    anyhow!("a thread that runs lessons panicked")
}

/// The block of a lesson, if it has one that can be read; a bad one is the witness's to tell.
pub(super) fn block(named: &NamedLesson<'_>) -> Option<Block> {
    Block::find_in(&named.source).ok().flatten()
}

struct Worker<'a> {
    records: &'a Records,
    named: &'a NamedLesson<'a>,
    executable: Option<&'a Path>,
    run: bool,
}

impl Worker<'_> {
    fn find(&self, starting: impl Fn()) -> Result<Found> {
        let lesson = self.named.lesson;
        let mut found = Found {
            obstacle: lesson.obstacle().map(|obstacle| match obstacle {
                Obstacle::Platform(reason) | Obstacle::Program(reason) => reason,
            }),
            ..Found::default()
        };
        if found.obstacle.is_some() {
            return Ok(found);
        }
        found.record = self.records.read(lesson, self.executable)?;
        let held = |record: &Record| record.run.as_ref().is_some_and(|run| run.fell.is_none());
        if self.run && !held(&found.record) {
            starting();
            self.run_plainly(&mut found)?;
        }
        let block = block(self.named);
        let wanted = block.is_some() || self.named.has_diagram;
        let traced = found
            .record
            .trace
            .as_ref()
            .is_some_and(|trace| !self.named.has_diagram || !trace.steps.is_empty());
        if wanted && !traced {
            if !cfg!(target_os = "linux") {
                found.not_traced = Some(NO_TRACER.to_owned());
            } else if self.run && found.fell.is_none() {
                starting();
                self.run_traced(block.as_ref(), &mut found)?;
            }
        }
        if let Some(run) = &found.record.run {
            found.fell = found.fell.or_else(|| run.fell.clone());
        }
        Ok(found)
    }

    fn run_plainly(&self, found: &mut Found) -> Result<()> {
        let executable = self.executable.map(Path::to_path_buf);
        let trial = trial::run(self.named.lesson, executable.as_ref())?;
        match (&trial.outcome, &self.executable) {
            (Outcome::Held, Some(executable)) => {
                self.records
                    .keep_run(self.named.lesson, executable, &trial)?;
                let kept = self.records.read(self.named.lesson, Some(executable))?;
                found.record.run = kept.run;
            }
            (Outcome::Fell(why), _) => {
                found.fell = Some(format!("{why}\n{}", trial.output.trim_end()));
            }
            _ => {}
        }
        Ok(())
    }

    /// All calls with their stacks. A lesson that lives by the clock may fall when each of its calls
    /// takes so long; then only the calls that its block names are traced.
    fn run_traced(&self, block: Option<&Block>, found: &mut Found) -> Result<()> {
        let Some(executable) = self.executable else {
            return Ok(());
        };
        let all = Filter::default();
        let mut traced = trace(self.named, block, executable, all, false)?;
        if let (Ok(Err(_)), Some(block)) = (&traced, block) {
            let filter = witness::filter(block)?;
            traced = trace(self.named, Some(block), executable, filter, true)?;
        }
        match traced {
            Ok(Ok(trace)) => {
                self.records
                    .keep_trace(self.named.lesson, executable, &trace)?;
                found.record.trace = Some(trace);
            }
            Ok(Err(trouble)) => found.fell = Some(format!("under the tracer: {trouble}")),
            Err(error) => found.not_traced = Some(format!("Not traced here: {error}.")),
        }
        Ok(())
    }
}

/// The inner error is what fell, the middle one the tracer's, the outer one ours.
fn trace(
    named: &NamedLesson<'_>,
    block: Option<&Block>,
    executable: &Path,
    filter: Filter,
    filtered: bool,
) -> Result<Result<Result<Trace, String>, Error>> {
    let mut view = View::new(&named.lesson.path, named.source.clone());
    let mut steps = Steps::default();
    let names = block.and_then(Block::names);
    let options: Options = traced::options(filter, true);
    let traced = traced::run(executable, options, |event| {
        if let Kind::Call(call) = &event.kind {
            view.add(call);
            if !diagram::shows(call.name, names.as_ref()) {
                return;
            }
        }
        if named.has_diagram {
            steps.add(event);
        }
    })?;
    Ok(traced.map(|traced| match traced.trouble {
        Some(trouble) => Err(format!("{trouble}\n{}", traced.output.trim_end())),
        None => {
            let mut trace = Trace::of(&view, filtered);
            trace.steps = steps.taken;
            Ok(trace)
        }
    }))
}

/// A note about the calls of a lesson, where they are missing or not all there.
pub(super) fn note(lesson: &Lesson, chapter: &str, found: &Found) -> Option<String> {
    match &found.record.trace {
        _ if found.obstacle.is_some() => None,
        Some(trace) => trace.filtered.then(|| ONLY_NAMED.to_owned()),
        None => found.not_traced.clone().or_else(|| {
            Some(format!(
                "Run it under the tracer to see its calls: cargo xtask trace {chapter} {}",
                lesson.name
            ))
        }),
    }
}
