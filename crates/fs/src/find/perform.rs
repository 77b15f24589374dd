//! Actions done: printing, commands, removal.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::{self, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::query::{Outcome, Query};
use super::{Action, Candidate, Perform};
use crate::info::Names;
use crate::walk::{Entry, Next, WalkError};

/// What all threads of a query share.
pub(super) struct Shared<'q, W> {
    query: &'q Query,
    complain: &'q (dyn Fn(&dyn Display) + Sync),
    /// The threads' buffers go here, in whole lines.
    out: Mutex<W>,
    /// Why `out` takes no more.
    broken: Mutex<Option<io::Error>>,
    /// The paths that each `-exec … +` has collected.
    batches: Mutex<BTreeMap<usize, Batch>>,
    failed: AtomicBool,
    /// After `-quit`, or when `out` is broken.
    ended: AtomicBool,
}

/// One thread's part.
pub(super) struct Performer<'s, W: Write> {
    shared: &'s Shared<'s, W>,
    root: &'s Path,
    buffer: Vec<u8>,
    names: Names,
    pruned: bool,
}

#[derive(Debug, Default)]
struct Batch {
    words: Vec<OsString>,
    paths: Vec<PathBuf>,
    bytes: usize,
}

/// Beyond this, output leaves the buffer of its thread.
const BUFFERED: usize = 32 << 10;

/// Paths for one command, in bytes: what xargs allows, far below any system's limit.
const BATCH: usize = 128 << 10;

impl<'q, W: Write> Shared<'q, W> {
    pub(super) fn new(
        query: &'q Query,
        out: W,
        complain: &'q (dyn Fn(&dyn Display) + Sync),
    ) -> Self {
        Shared {
            query,
            complain,
            out: Mutex::new(out),
            broken: Mutex::default(),
            batches: Mutex::default(),
            failed: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Runs what was collected, and says how it went.
    pub(super) fn finish(self) -> io::Result<Outcome> {
        for batch in std::mem::take(&mut *lock(&self.batches)).into_values() {
            self.run_batch(batch);
        }
        if let Some(error) = lock(&self.broken).take() {
            return Err(error);
        }
        lock(&self.out).flush()?;
        Ok(Outcome {
            failed: self.failed.load(Ordering::Relaxed),
        })
    }

    fn complain(&self, what: &dyn Display) {
        self.failed.store(true, Ordering::Relaxed);
        (self.complain)(what);
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }

    fn write(&self, bytes: &[u8]) {
        let mut out = lock(&self.out);
        if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
            lock(&self.broken).get_or_insert(error);
            self.end();
        }
    }

    /// Whether it ran and ended with status 0.
    fn run(&self, mut command: Command) -> bool {
        match command.status() {
            Ok(status) => status.success(),
            Err(error) => {
                let program = command.get_program().display();
                self.complain(&format_args!("cannot run {program}: {error}"));
                false
            }
        }
    }

    fn run_batch(&self, batch: Batch) {
        let Some((program, arguments)) = batch.words.split_first() else {
            return;
        };
        let mut command = Command::new(program);
        command.args(arguments).args(&batch.paths);
        if !batch.paths.is_empty() && !self.run(command) {
            self.failed.store(true, Ordering::Relaxed);
        }
    }
}

impl<'s, W: Write> Performer<'s, W> {
    pub(super) fn new(shared: &'s Shared<'s, W>, root: &'s Path) -> Self {
        Performer {
            shared,
            root,
            buffer: Vec::new(),
            names: Names::default(),
            pruned: false,
        }
    }

    /// One step of the walk.
    pub(super) fn visit(&mut self, entry: Result<&Entry, WalkError>) -> Next {
        match entry {
            Ok(entry) => self.evaluate(entry),
            Err(error) => self.complain(&error),
        }
        if self.buffer.len() > BUFFERED {
            self.hand_over();
        }
        match (self.shared.has_ended(), std::mem::take(&mut self.pruned)) {
            (true, _) => Next::Stop,
            (false, true) => Next::SkipDirectory,
            (false, false) => Next::Continue,
        }
    }

    fn evaluate(&mut self, entry: &Entry) {
        let candidate = Candidate::new(entry, self.root);
        let query = self.shared.query;
        if candidate.depth() < query.min_depth {
            return;
        }
        query.expression.evaluate(&candidate, self);
        if let Some(error) = candidate.failure() {
            let path = candidate.path().display();
            self.complain(&format_args!("cannot look up {path}: {error}"));
        }
    }

    /// What was printed before comes before the complaint.
    fn complain(&mut self, what: &dyn Display) {
        self.hand_over();
        self.shared.complain(what);
    }

    fn hand_over(&mut self) {
        if !self.buffer.is_empty() {
            self.shared.write(&self.buffer);
            self.buffer.clear();
        }
    }

    fn run(&mut self, words: &[OsString], in_directory: bool, candidate: &Candidate<'_>) -> bool {
        // What was printed before comes before what the command prints.
        self.hand_over();
        let (directory, path) = match candidate.path().parent() {
            Some(parent) if in_directory => {
                let parent = if parent.as_os_str().is_empty() {
                    Path::new(".")
                } else {
                    parent
                };
                (Some(parent), Path::new(".").join(candidate.name()))
            }
            _ => (None, candidate.path().to_owned()),
        };
        let mut words = words.iter().map(|word| filled_in(word, &path));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        self.shared.run(command)
    }

    fn collect(&mut self, id: usize, words: &[OsString], path: &Path) {
        let mut batches = lock(&self.shared.batches);
        let batch = batches.entry(id).or_default();
        if batch.words.is_empty() {
            batch.words = words.to_owned();
        }
        batch.bytes += path.as_os_str().len() + 1 + size_of::<usize>();
        batch.paths.push(path.to_owned());
        if batch.bytes >= BATCH {
            let full = std::mem::take(batch);
            drop(batches);
            self.hand_over();
            self.shared.run_batch(full);
        }
    }

    fn delete(&mut self, candidate: &Candidate<'_>) -> bool {
        let path = candidate.path();
        // The current directory cannot be removed by that name, and nobody means it.
        if path == Path::new(".") {
            return true;
        }
        let removed = candidate.entry().remove();
        if let Err(error) = &removed {
            self.complain(&format_args!("cannot remove {}: {error}", path.display()));
        }
        removed.is_ok()
    }
}

impl<W: Write> Perform for Performer<'_, W> {
    fn perform(&mut self, action: &Action, candidate: &Candidate<'_>) -> bool {
        match action {
            Action::Print(end) => {
                self.buffer.extend(candidate.path().as_os_str().as_bytes());
                self.buffer.push(*end);
            }
            Action::Format(format) => format.fill(&mut self.buffer, candidate, &mut self.names),
            Action::Run {
                words,
                in_directory,
            } => {
                return self.run(words, *in_directory, candidate);
            }
            Action::Collect { id, words } => self.collect(*id, words, candidate.path()),
            Action::Delete => return self.delete(candidate),
            Action::Prune => self.pruned = true,
            Action::Quit => self.shared.end(),
        }
        true
    }

    fn goes_on(&self) -> bool {
        !self.shared.has_ended()
    }
}

impl<W: Write> Drop for Performer<'_, W> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

/// `word` with the path in the place of each `{}`.
fn filled_in(word: &OsStr, path: &Path) -> OsString {
    let mut rest = word.as_bytes();
    let mut filled = Vec::new();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"{}") {
        filled.extend(&rest[..at]);
        filled.extend(path.as_os_str().as_bytes());
        rest = &rest[at + 2..];
    }
    filled.extend(rest);
    OsString::from_vec(filled)
}

/// A thread that panicked has left nothing half done here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
