//! The options of `ps`, which grew together from two systems: letters after a dash are Unix's,
//! letters without one BSD's, and the same letter may mean two things.

use std::collections::VecDeque;
use std::ffi::OsString;

use process::id::{Pid, group_number, user_number};
use process::ps::{Chosen, Column, Condition, Listing, Selection, Shape, reader_sees_utf8};

use super::formats::{Format, preloaded};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("unknown option {0}")]
    UnknownOption(String),
    #[error("{0} wants a value")]
    NoValue(String),
    #[error("unknown column {0:?}; ps --columns-help lists them")]
    UnknownColumn(String),
    #[error("{0:?} is no process number")]
    BadPid(String),
    #[error("{0:?} is no number of columns")]
    BadWidth(String),
    #[error("no user is called {0}")]
    NoUser(String),
    #[error("no group is called {0}")]
    NoGroup(String),
    #[error("a tree shows processes, not threads")]
    TreeOfThreads,
}

#[derive(Debug, Default)]
pub(crate) struct Options {
    selection: Selection,
    /// BSD's `a` and `x`, which mean more together than each.
    anyone: bool,
    without_terminal: bool,
    format: Format,
    columns: Vec<Chosen>,
    preloaded: bool,
    order: Vec<(&'static Column, bool)>,
    shape: Shape,
    threads: bool,
    name_for_arguments: bool,
    no_headers: bool,
    wide: u32,
    screen: Option<usize>,
    pub(crate) json: bool,
    pub(crate) columns_help: bool,
}

type Words = VecDeque<String>;

impl Options {
    pub(crate) fn parse(arguments: &[OsString]) -> Result<Options, Error> {
        let mut options = Options::default();
        let words = arguments
            .iter()
            .map(|word| word.to_string_lossy().into_owned());
        let mut words: Words = words.collect();
        while let Some(word) = words.pop_front() {
            if let Some(long) = word.strip_prefix("--") {
                options.long(long, &mut words)?;
            } else if let Some(letters) = word.strip_prefix('-') {
                options.letters(letters, &mut words, Options::unix)?;
            } else if word.starts_with(|c: char| c.is_ascii_digit()) {
                let pids = pids(&word)?;
                options.condition(Condition::Pids(pids));
            } else {
                options.format.bsd = true;
                options.letters(&word, &mut words, Options::bsd)?;
            }
        }
        options.combine();
        if options.threads && options.shape != Shape::Flat {
            return Err(Error::TreeOfThreads);
        }
        Ok(options)
    }

    /// What the words mean together.
    fn combine(&mut self) {
        match (self.anyone, self.without_terminal) {
            (true, true) => self.condition(Condition::All),
            (true, false) => self.condition(Condition::AnyoneAtTerminals),
            (false, true) => self.condition(Condition::Own),
            (false, false) => {}
        }
        if matches!(self.shape, Shape::Tree { .. }) {
            if self.selection.conditions.is_empty() {
                self.condition(Condition::Programs);
            }
            if self.columns.is_empty() && !self.has_format() {
                self.columns = ["pid", "user", "args"]
                    .map(named)
                    .into_iter()
                    .flatten()
                    .collect();
            }
        }
    }

    fn has_format(&self) -> bool {
        let format = self.format;
        format.full || format.long || format.jobs || format.bsd
    }

    pub(crate) fn listing(&self) -> Listing {
        let columns = match (self.columns.is_empty(), self.preloaded) {
            (true, _) => self.format.columns(),
            (false, true) => preloaded(self.columns.clone()),
            (false, false) => self.columns.clone(),
        };
        Listing {
            selection: self.selection.clone(),
            order: self.order.clone(),
            shape: self.shape,
            threads: self.threads,
            arguments_for_name: self.format.full,
            name_for_arguments: self.name_for_arguments,
            headers: !self.no_headers,
            ..Listing::of(columns)
        }
    }

    /// How long a line may be, where the terminal is `screen` wide.
    pub(crate) fn width(&self, screen: Option<usize>) -> Option<usize> {
        match (self.wide, self.screen.or(screen)) {
            (0, width) => width,
            (1, width) => width.map(|width| width.max(132)),
            _ => None,
        }
    }

    fn condition(&mut self, condition: Condition) {
        self.selection.conditions.push(condition);
    }

    fn long(&mut self, option: &str, words: &mut Words) -> Result<(), Error> {
        let (name, mut given) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (option, None),
        };
        let mut value = || {
            let value = given.take().or_else(|| words.pop_front());
            value.ok_or_else(|| Error::NoValue(format!("--{name}")))
        };
        match name {
            "forest" => self.shape = Shape::Forest,
            "tree" => {
                self.shape = Shape::Tree {
                    boxes: reader_sees_utf8(),
                }
            }
            "no-headers" | "no-heading" | "noheaders" | "noheading" => self.no_headers = true,
            "deselect" => self.selection.negated = true,
            "json" => self.json = true,
            "columns-help" => self.columns_help = true,
            "cols" | "columns" | "width" => self.screen = Some(columns(&value()?)?),
            "sort" => self.sort(&value()?)?,
            "format" => self.unix('o', Some(value()?))?,
            "pid" => self.unix('p', Some(value()?))?,
            "ppid" => {
                let parents = pids(&value()?)?;
                self.condition(Condition::Parents(parents));
            }
            "sid" => self.unix('s', Some(value()?))?,
            "tty" => self.unix('t', Some(value()?))?,
            "user" => self.unix('u', Some(value()?))?,
            "User" => self.unix('U', Some(value()?))?,
            "group" => {
                let groups = numbers(&value()?, group_number, Error::NoGroup)?;
                self.condition(Condition::Groups(groups));
            }
            "Group" => self.unix('G', Some(value()?))?,
            _ => return Err(Error::UnknownOption(format!("--{option}"))),
        }
        Ok(())
    }

    /// Letters in one word. One that takes a value takes the rest of the word, or the next.
    fn letters(
        &mut self,
        letters: &str,
        words: &mut Words,
        option: fn(&mut Options, char, Option<String>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (at, letter) in letters.char_indices() {
            match option(self, letter, None) {
                Err(Error::NoValue(_)) => {
                    let rest = &letters[at + letter.len_utf8()..];
                    let value = match rest {
                        "" => words.pop_front(),
                        rest => Some(rest.to_owned()),
                    };
                    let value = value.ok_or_else(|| Error::NoValue(format!("-{letter}")))?;
                    return option(self, letter, Some(value));
                }
                outcome => outcome?,
            }
        }
        Ok(())
    }

    fn unix(&mut self, letter: char, value: Option<String>) -> Result<(), Error> {
        match letter {
            'e' | 'A' => self.condition(Condition::All),
            'a' => self.condition(Condition::AtTerminals),
            'd' => self.condition(Condition::NoLeaders),
            'N' => self.selection.negated = true,
            'f' => self.format.full = true,
            'F' => (self.format.full, self.format.extra) = (true, true),
            'l' => self.format.long = true,
            'j' => self.format.jobs = true,
            'y' => self.format.no_flags = true,
            'L' => (self.threads, self.format.threads) = (true, true),
            'T' => (self.threads, self.format.thread_ids) = (true, true),
            'H' => self.shape = Shape::Hierarchy,
            'w' => self.wide += 1,
            'p' | 'q' | 'C' | 't' | 's' | 'g' | 'u' | 'U' | 'G' | 'o' | 'O' => {
                let value = value.ok_or_else(|| Error::NoValue(format!("-{letter}")))?;
                self.unix_value(letter, &value)?;
            }
            _ => return Err(Error::UnknownOption(format!("-{letter}"))),
        }
        Ok(())
    }

    fn unix_value(&mut self, letter: char, value: &str) -> Result<(), Error> {
        let condition = match letter {
            'o' => return self.add_columns(value),
            'O' => {
                self.preloaded = true;
                return self.add_columns(value);
            }
            'C' => Condition::Names(list(value)),
            't' => Condition::Terminals(list(value)),
            's' => Condition::Sessions(pids(value)?),
            // POSIX has sessions here, people want groups; names can only be groups.
            'g' => match pids(value) {
                Ok(sessions) => Condition::Sessions(sessions),
                Err(_) => Condition::Groups(numbers(value, group_number, Error::NoGroup)?),
            },
            'u' => Condition::Users(numbers(value, user_number, Error::NoUser)?),
            'U' => Condition::RealUsers(numbers(value, user_number, Error::NoUser)?),
            'G' => Condition::RealGroups(numbers(value, group_number, Error::NoGroup)?),
            _ => Condition::Pids(pids(value)?),
        };
        self.condition(condition);
        Ok(())
    }

    fn bsd(&mut self, letter: char, value: Option<String>) -> Result<(), Error> {
        match letter {
            'a' => self.anyone = true,
            'x' => self.without_terminal = true,
            'g' => {}
            'r' => self.selection.running_only = true,
            'u' => self.format.bsd_user = true,
            'l' => self.format.bsd_long = true,
            'j' => self.format.bsd_jobs = true,
            'f' => self.shape = Shape::Forest,
            'c' => self.name_for_arguments = true,
            'H' => self.threads = true,
            'h' => self.no_headers = true,
            'w' => self.wide += 1,
            'p' | 't' | 'U' | 'o' | 'O' | 'k' => {
                let value = value.ok_or_else(|| Error::NoValue(letter.to_string()))?;
                match letter {
                    'k' => self.sort(&value)?,
                    // BSD's are effective users.
                    'U' => self.unix_value('u', &value)?,
                    _ => self.unix_value(letter, &value)?,
                }
            }
            _ => return Err(Error::UnknownOption(letter.to_string())),
        }
        Ok(())
    }

    fn add_columns(&mut self, text: &str) -> Result<(), Error> {
        for word in list(text) {
            let (name, header) = match word.split_once('=') {
                Some((name, header)) => (name, Some(header.to_owned())),
                None => (word.as_str(), None),
            };
            let (name, width) = match name.split_once(':') {
                Some((name, width)) => (name, Some(columns(width)?)),
                None => (name, None),
            };
            let column = column(name)?;
            self.columns.push(Chosen {
                column,
                header,
                width,
            });
        }
        Ok(())
    }

    fn sort(&mut self, text: &str) -> Result<(), Error> {
        for word in list(text) {
            let descending = word.starts_with('-');
            let name = word.trim_start_matches(['-', '+']);
            self.order.push((column(name)?, descending));
        }
        Ok(())
    }
}

fn named(name: &str) -> Option<Chosen> {
    Column::named(name).map(Chosen::new)
}

fn column(name: &str) -> Result<&'static Column, Error> {
    Column::named(name).ok_or_else(|| Error::UnknownColumn(name.to_owned()))
}

/// Separated by commas or blanks.
fn list(text: &str) -> Vec<String> {
    let words = text.split([',', ' ', '\t']).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn pids(text: &str) -> Result<Vec<Pid>, Error> {
    let pid = |word: &String| {
        let pid = word.parse().ok().filter(|&pid| pid > 0);
        pid.ok_or_else(|| Error::BadPid(word.clone()))
    };
    let words = list(text);
    if words.is_empty() {
        return Err(Error::BadPid(text.to_owned()));
    }
    words.iter().map(pid).collect()
}

fn numbers(
    text: &str,
    number: fn(&str) -> Option<u32>,
    unknown: fn(String) -> Error,
) -> Result<Vec<u32>, Error> {
    let words = list(text).into_iter();
    words
        .map(|word| number(&word).ok_or_else(|| unknown(word)))
        .collect()
}

fn columns(text: &str) -> Result<usize, Error> {
    let columns = text.parse().ok().filter(|&columns| columns > 0);
    columns.ok_or_else(|| Error::BadWidth(text.to_owned()))
}
