//! All runs: which there are, which may begin, and that each of them ends.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::run::{Reason, Run};
use super::work::{Verdict, Work};
use crate::lesson::Lesson;
use crate::workspace::Workspace;

/// So many run at a time.
const MOST_RUNNING: usize = 4;

/// So many are remembered when they are done: pages that were slow can ask for the rest.
const MOST_DONE: usize = 32;

/// The first build of a chapter compiles all that it stands on.
const BUILD_LIMIT: Duration = Duration::from_secs(15 * 60);

/// How often is looked after the runs.
const LOOK: Duration = Duration::from_millis(100);

/// How long the end of all runs may take when the server ends.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// A program.
    pub(super) program: Duration,
    /// The page, to ask again.
    pub(super) patience: Duration,
}

/// What is asked to be run.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) chapter: String,
    pub(super) lesson: String,
    /// Instead of the lesson's own text.
    pub(super) source: Option<String>,
}

/// Why a run did not begin.
#[derive(Debug, PartialEq)]
pub(super) enum Denied {
    /// No such lesson.
    Unknown,
    /// The lesson runs.
    Runs,
    /// Too many lessons run.
    Full,
    /// The server ends, or the system has no thread left.
    Impossible,
}

/// The runs of a server.
pub(super) struct Runs {
    workspace: Workspace,
    limits: Limits,
    table: Mutex<Table>,
    /// A run is done.
    done: Condvar,
}

#[derive(Default)]
struct Table {
    next: u64,
    closing: bool,
    running: HashMap<(String, String), Arc<Run>>,
    finished: VecDeque<Arc<Run>>,
    /// Lessons that trace programs themselves, as was seen.
    traces: HashSet<String>,
}

impl Runs {
    pub(super) fn new(workspace: Workspace, limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            workspace,
            limits,
            table: Mutex::default(),
            done: Condvar::new(),
        })
    }

    /// The text of a lesson.
    pub(super) fn source(&self, chapter: &str, lesson: &str) -> Option<String> {
        fs::read_to_string(&self.find(chapter, lesson)?.path).ok()
    }

    /// Begins a run.
    pub(super) fn start(self: &Arc<Self>, wish: Wish) -> Result<u64, Denied> {
        if self.find(&wish.chapter, &wish.lesson).is_none() {
            return Err(Denied::Unknown);
        }
        let key = (wish.chapter.clone(), wish.lesson.clone());
        let mut table = self.lock();
        if table.closing {
            return Err(Denied::Impossible);
        }
        if table.running.contains_key(&key) {
            return Err(Denied::Runs);
        }
        if table.running.len() >= MOST_RUNNING {
            return Err(Denied::Full);
        }
        table.next += 1;
        let run = Arc::new(Run::new(table.next, BUILD_LIMIT));
        let (runs, its_run) = (Arc::clone(self), Arc::clone(&run));
        let thread = thread::Builder::new().name(format!("run {}", run.id));
        let started = thread.spawn(move || {
            let work = || runs.perform(&its_run, &wish);
            // A run that told of no end would be waited for until the end of the server.
            let verdict = panic::catch_unwind(AssertUnwindSafe(work));
            let verdict = verdict.unwrap_or_else(|_| Verdict::of_panic());
            runs.finish(&its_run, &wish, &verdict);
        });
        started.map_err(|_| Denied::Impossible)?;
        let id = run.id;
        table.running.insert(key, run);
        Ok(id)
    }

    /// A run that goes on or is not long done.
    pub(super) fn get(&self, id: u64) -> Option<Arc<Run>> {
        let table = self.lock();
        let mut all = table.running.values().chain(&table.finished);
        all.find(|run| run.id == id).cloned()
    }

    /// Ends runs that nobody watches, and those that take too long, for ever.
    pub(super) fn look_after(&self) {
        loop {
            thread::sleep(LOOK);
            let running: Vec<_> = self.lock().running.values().cloned().collect();
            for run in running {
                run.look_after(self.limits.patience);
            }
        }
    }

    /// Ends all runs; none begins any more.
    pub(super) fn close(&self) {
        let mut table = self.lock();
        table.closing = true;
        for run in table.running.values() {
            run.end(Reason::Closing);
        }
        let runs = |table: &mut Table| !table.running.is_empty();
        let waited = self.done.wait_timeout_while(table, FAREWELL, runs);
        drop(waited);
    }

    fn find(&self, chapter: &str, lesson: &str) -> Option<&Lesson> {
        let chapters = &self.workspace.chapters;
        let chapter = chapters.iter().find(|known| known.name == chapter)?;
        chapter.lessons.iter().find(|known| known.name == lesson)
    }

    /// Whoever is told of the end can begin the next run of the lesson.
    fn finish(&self, run: &Arc<Run>, wish: &Wish, verdict: &Verdict) {
        let seconds = run.elapsed().as_secs_f64();
        let mut table = self.lock();
        table
            .running
            .remove(&(wish.chapter.clone(), wish.lesson.clone()));
        table.finished.push_back(Arc::clone(run));
        if table.finished.len() > MOST_DONE {
            table.finished.pop_front();
        }
        run.tell(|log| log.end(verdict.name, &verdict.text, seconds));
        self.done.notify_all();
    }

    fn perform(&self, run: &Arc<Run>, wish: &Wish) -> Verdict {
        let is_own = wish.source.is_none();
        let mut traces = is_own && self.lock().traces.contains(&wish.lesson);
        let work = Work {
            workspace: &self.workspace,
            run,
            wish,
            limits: self.limits,
        };
        let lesson = self.find(&wish.chapter, &wish.lesson);
        let verdict = work.perform(lesson.expect("it was there at the start"), &mut traces);
        if is_own && traces {
            self.lock().traces.insert(wish.lesson.clone());
        }
        verdict
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
