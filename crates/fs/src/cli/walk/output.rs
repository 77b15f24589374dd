//! What the threads of a walk print, in whole lines, and what they count.
//!
//! Each thread collects lines of its own and writes them in one go, under a lock: lines of different
//! threads never mix, and the lock is rarely taken.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::mem;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ::fs::walk::{Entry, Next, WalkError};
use base64::prelude::{BASE64_STANDARD, Engine};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::super::complain;
use super::totals::{self, Totals};

/// A thread writes when it has so many bytes: as many as a pipe holds.
const FULL: usize = 64 * 1024;

/// A thread tells the others how far it is when it has so many entries more.
const MANY: u64 = 10_000;

/// Work that is over sooner needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy)]
pub(super) enum Format {
    Path { end: u8 },
    Json,
    Totals { json: bool },
}

#[derive(Debug)]
pub(super) struct Output {
    format: Format,
    /// Lines reach a terminal at once.
    limit: usize,
    progress: ProgressBar,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Not `io::stdout()`, which would look for newlines in what is whole lines already.
    out: File,
    /// The first failure of `out`; nothing is written after it.
    broken: Option<io::Error>,
    totals: Totals,
    complete: bool,
    start: Instant,
    /// Progress is wanted and not shown yet.
    quiet: bool,
}

/// What one thread has not handed over yet.
struct Share<'a> {
    output: &'a Output,
    lines: Vec<u8>,
    totals: Totals,
}

impl Output {
    pub(super) fn new(format: Format) -> io::Result<Self> {
        let stdout = io::stdout();
        let shown = stdout.is_terminal();
        let style = ProgressStyle::with_template("{spinner} {human_pos} entries  {per_sec}")
            .expect("the template is a constant that parses");
        let lists = !matches!(format, Format::Totals { .. });
        Ok(Output {
            format,
            limit: if shown { 1 } else { FULL },
            progress: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
                .with_style(style),
            state: Mutex::new(State {
                out: File::from(stdout.as_fd().try_clone_to_owned()?),
                broken: None,
                totals: Totals::default(),
                complete: true,
                start: Instant::now(),
                quiet: io::stderr().is_terminal() && !(shown && lists),
            }),
        })
    }

    /// For one thread.
    pub(super) fn visitor(&self) -> impl FnMut(Result<&Entry, WalkError>) -> Next {
        let mut share = Share {
            output: self,
            lines: Vec::new(),
            totals: Totals::default(),
        };
        move |entry| share.visit(entry)
    }

    /// Writes what is still to be written, once the threads are through. Gives whether everything was
    /// read.
    pub(super) fn finish(self) -> io::Result<bool> {
        self.progress.finish_and_clear();
        let mut state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(error) = state.broken {
            return Err(error);
        }
        match self.format {
            Format::Totals { json: true } => state.totals.write_json(&mut state.out)?,
            Format::Totals { json: false } => state.totals.write(&mut state.out)?,
            Format::Path { .. } | Format::Json => {}
        }
        Ok(state.complete)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complain(&self, error: &WalkError) {
        self.lock().complete = false;
        self.progress.suspend(|| complain(error));
    }
}

impl Share<'_> {
    fn visit(&mut self, entry: Result<&Entry, WalkError>) -> Next {
        match entry {
            Ok(entry) => {
                self.totals.note(entry.kind());
                self.print(entry);
            }
            Err(error) => self.output.complain(&error),
        }
        if self.lines.len() >= self.output.limit || self.totals.entries() >= MANY {
            self.hand_over()
        } else {
            Next::Continue
        }
    }

    fn print(&mut self, entry: &Entry) {
        match self.output.format {
            Format::Path { end } => {
                self.lines
                    .extend_from_slice(entry.path().as_os_str().as_bytes());
                self.lines.push(end);
            }
            Format::Json => {
                serde_json::to_writer(&mut self.lines, &Line::of(entry))
                    .expect("memory takes all, and the keys are strings");
                self.lines.push(b'\n');
            }
            Format::Totals { .. } => {}
        }
    }

    fn hand_over(&mut self) -> Next {
        let mut state = self.output.lock();
        state.totals.add(&mem::take(&mut self.totals));
        state.show_progress(&self.output.progress);
        if state.broken.is_none()
            && let Err(error) = state.out.write_all(&self.lines)
        {
            state.broken = Some(error);
        }
        self.lines.clear();
        match state.broken {
            Some(_) => Next::Stop,
            None => Next::Continue,
        }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.hand_over();
    }
}

impl State {
    fn show_progress(&mut self, progress: &ProgressBar) {
        progress.set_position(self.totals.entries());
        if self.quiet && self.start.elapsed() >= PATIENCE {
            self.quiet = false;
            progress.set_draw_target(ProgressDrawTarget::stderr());
            progress.enable_steady_tick(Duration::from_millis(100));
        }
    }
}

/// An entry in JSON.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
    kind: &'static str,
    depth: usize,
    inode: u64,
}

impl<'a> Line<'a> {
    fn of(entry: &'a Entry) -> Self {
        let path = entry.path().to_str();
        let bytes = entry.path().as_os_str().as_bytes();
        Line {
            path,
            path_base64: path.is_none().then(|| BASE64_STANDARD.encode(bytes)),
            kind: totals::name(entry.kind()),
            depth: entry.depth(),
            inode: entry.inode(),
        }
    }
}
