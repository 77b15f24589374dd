//! What was typed: a numbered list, and a file that several shells share.

mod file;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use file::HistoryFile;

/// The list as the line editor and the built-in `fc` share it.
pub type SharedHistory = Rc<RefCell<History>>;

/// How many commands are kept when `$HISTSIZE` does not say; POSIX asks for 128 at least.
const DEFAULT_LIMIT: usize = 1000;

/// Commands by number, the oldest first.
///
/// A command may have several lines. Numbers count up for as long as the shell lives, and the commands
/// of other shells that use the same file get theirs when they are seen.
#[derive(Debug)]
pub struct History {
    entries: VecDeque<String>,
    /// The number of the oldest.
    first: usize,
    limit: usize,
    file: Option<HistoryFile>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            first: 1,
            limit: DEFAULT_LIMIT,
            file: None,
        }
    }
}

impl History {
    /// Keeps so many commands.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.forget_old();
    }

    /// Reads a file, which need not exist, and from now on adds each command to it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or written. The history then stays in memory.
    pub fn open(&mut self, path: PathBuf) -> io::Result<()> {
        let (file, entries) = HistoryFile::open(path, self.limit)?;
        self.extend(entries);
        self.file = Some(file);
        Ok(())
    }

    /// Adds a command, unless it is empty or the same as the last one.
    ///
    /// # Errors
    ///
    /// When it cannot be written to the file. It is in the list all the same.
    pub fn add(&mut self, command: &str) -> io::Result<()> {
        let command = command.trim_end_matches('\n');
        if command.trim().is_empty() {
            return Ok(());
        }
        self.catch_up()?;
        if self.entries.back().is_some_and(|last| last == command) {
            return Ok(());
        }
        let written = match &mut self.file {
            Some(file) => file.append(command),
            None => Ok(Vec::new()),
        };
        let (others, outcome) = match written {
            Ok(others) => (others, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        self.extend(others);
        self.extend([command.to_owned()]);
        outcome
    }

    /// Takes over what other shells have added to the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn catch_up(&mut self) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let others = file.news()?;
            self.extend(others);
        }
        Ok(())
    }

    /// Forgets the newest command: `fc` is replaced by what it runs.
    pub fn forget_last(&mut self) {
        self.entries.pop_back();
    }

    /// The number that the next command will have.
    #[must_use]
    pub fn next_number(&self) -> usize {
        self.first + self.entries.len()
    }

    /// The command with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&str> {
        let index = number.checked_sub(self.first)?;
        self.entries.get(index).map(String::as_str)
    }

    /// With their numbers, the oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (usize, &str)> + ExactSizeIterator {
        let entries = self.entries.iter().enumerate();
        entries.map(|(index, entry)| (self.first + index, entry.as_str()))
    }

    fn extend(&mut self, entries: impl IntoIterator<Item = String>) {
        self.entries.extend(entries);
        self.forget_old();
    }

    fn forget_old(&mut self) {
        while self.entries.len() > self.limit {
            self.entries.pop_front();
            self.first += 1;
        }
    }
}
