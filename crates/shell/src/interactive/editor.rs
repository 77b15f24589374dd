//! A line from a terminal, with a person at it.
//!
//! rustyline edits; it puts the terminal into raw mode while it reads and back when it returns, by an
//! error or a panic as well, since the old modes are set when a guard is dropped. It reads whatever the
//! terminal has, and keeps for the next line what was typed after this one.

use std::borrow::Cow;
use std::io;
use std::path::Path;

use rustyline::completion::{Completer, Pair};
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{History, SearchDirection, SearchResult};
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, EditMode, Editor, Helper};

use super::Line;
use super::completion::{Sources, complete};
use super::history::SharedHistory;
use super::prompt::Prompt;
use crate::exec::Shell;
use crate::state::Flag;

/// The editor, with the shell's history and completion.
pub(super) struct LineEditor {
    editor: Editor<Assistant, Recall>,
}

impl LineEditor {
    pub(super) fn new(history: SharedHistory) -> rustyline::Result<Self> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .build();
        let mut editor = Editor::with_history(config, Recall(history))?;
        editor.set_helper(Some(Assistant::default()));
        Ok(Self { editor })
    }

    /// Takes over what has changed since the last line.
    pub(super) fn prepare(&mut self, shell: &Shell) {
        self.editor
            .set_edit_mode(match shell.options.get(Flag::Vi) {
                true => EditMode::Vi,
                false => EditMode::Emacs,
            });
        if let Some(assistant) = self.editor.helper_mut() {
            assistant.sources.update(shell);
        }
    }

    pub(super) fn read(&mut self, prompt: &Prompt) -> Line {
        let shown = (prompt.measured.as_str(), prompt.shown.as_str());
        loop {
            return match self.editor.readline(&shown) {
                Ok(text) => Line::Text(text),
                Err(ReadlineError::Interrupted) => Line::Interrupt,
                // The window has another size: the line is begun again.
                Err(ReadlineError::Signal(_)) => continue,
                Err(_) => Line::End,
            };
        }
    }
}

/// What the editor asks about the line. It completes; nothing else is asked for.
#[derive(Default)]
struct Assistant {
    sources: Sources,
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, candidates) = complete(&line[..position], &self.sources);
        let pairs = candidates.into_iter().map(|candidate| Pair {
            display: candidate.display,
            replacement: candidate.replacement,
        });
        Ok((start, pairs.collect()))
    }
}

impl Hinter for Assistant {
    type Hint = String;
}

impl Highlighter for Assistant {}

impl Validator for Assistant {}

impl Helper for Assistant {}

/// The shell's history as the editor wants it: by index, from the oldest. The shell itself adds to it.
struct Recall(SharedHistory);

impl Recall {
    fn find(
        &self,
        start: usize,
        direction: SearchDirection,
        matches: impl Fn(&str) -> Option<usize>,
    ) -> Option<SearchResult<'static>> {
        let history = self.0.borrow();
        let found = |(idx, (_, entry)): (usize, (usize, &str))| {
            matches(entry).map(|pos| SearchResult {
                entry: Cow::Owned(entry.to_owned()),
                idx,
                pos,
            })
        };
        match direction {
            SearchDirection::Forward => history.iter().enumerate().skip(start).find_map(found),
            SearchDirection::Reverse => {
                let upto = history.iter().enumerate().take(start.saturating_add(1));
                upto.collect::<Vec<_>>().into_iter().rev().find_map(found)
            }
        }
    }
}

impl History for Recall {
    fn get(&self, index: usize, _: SearchDirection) -> rustyline::Result<Option<SearchResult<'_>>> {
        Ok(self.find(index, SearchDirection::Forward, |_| Some(0)))
    }

    fn add(&mut self, _: &str) -> rustyline::Result<bool> {
        Ok(false)
    }

    fn add_owned(&mut self, _: String) -> rustyline::Result<bool> {
        Ok(false)
    }

    fn len(&self) -> usize {
        self.0.borrow().iter().len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn set_max_len(&mut self, _: usize) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_dups(&mut self, _: bool) -> rustyline::Result<()> {
        Ok(())
    }

    fn ignore_space(&mut self, _: bool) {}

    fn save(&mut self, _: &Path) -> rustyline::Result<()> {
        Err(io::Error::from(io::ErrorKind::Unsupported).into())
    }

    fn append(&mut self, path: &Path) -> rustyline::Result<()> {
        self.save(path)
    }

    fn load(&mut self, path: &Path) -> rustyline::Result<()> {
        self.save(path)
    }

    fn clear(&mut self) -> rustyline::Result<()> {
        Ok(())
    }

    fn search(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        let matches = |entry: &str| entry.find(term).filter(|_| !term.is_empty());
        Ok(self.find(start, direction, matches))
    }

    fn starts_with(
        &self,
        term: &str,
        start: usize,
        direction: SearchDirection,
    ) -> rustyline::Result<Option<SearchResult<'_>>> {
        let matches = |entry: &str| entry.starts_with(term).then_some(term.len());
        Ok(self.find(start, direction, matches))
    }
}
