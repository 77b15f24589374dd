//! A column: its names, its header, how wide it is, and where its text comes from.

use super::columns::COLUMNS;
use super::context::Context;
use crate::table::{Fields, Process, System};

/// What can be shown of a process.
#[derive(Debug)]
pub struct Column {
    /// What it is called after `-o`; the first is the one that `--json` uses.
    pub names: &'static [&'static str],
    /// What stands above it.
    pub header: &'static str,
    pub(crate) width: Width,
    pub(crate) align: Align,
    /// What has to be read for it.
    pub needs: Fields,
    pub(crate) value: Value,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Width {
    Fixed(usize),
    /// As many digits as the machine's pids have.
    Pid,
}

/// What is done with a text that is shorter or longer than the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Longer ones push the following columns, which catch up as soon as they can.
    Right,
    /// The same.
    Left,
    /// To the left; longer ones are cut and show it by a `+`.
    Name,
    /// To the left; longer ones are cut.
    Cut,
    /// To the left; cut like the others, but as last column it has all the room there is.
    Rest,
}

pub(crate) type Text = fn(&mut String, &Process, &mut Context);
pub(crate) type Number = fn(&Process, &Context) -> i64;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Value {
    Number(Number),
    Text(Text),
    /// Shown as a text, ordered by a number.
    Measure(Text, Number),
}

impl Column {
    /// Finds a column by one of its names.
    pub fn named(name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|column| column.names.contains(&name))
    }

    /// All, in no order of importance.
    pub fn all() -> &'static [Column] {
        COLUMNS
    }

    /// Writes the text of `process` to `out`.
    pub(crate) fn show(&self, out: &mut String, process: &Process, context: &mut Context) {
        match self.value {
            Value::Number(number) => out.push_str(&number(process, context).to_string()),
            Value::Text(text) | Value::Measure(text, _) => text(out, process, context),
        }
    }

    /// What the processes are ordered by.
    pub(crate) fn key(&self, process: &Process, context: &mut Context) -> Key {
        match self.value {
            Value::Number(number) | Value::Measure(_, number) => {
                Key::Number(number(process, context))
            }
            Value::Text(text) => {
                let mut key = String::new();
                text(&mut key, process, context);
                Key::Text(key)
            }
        }
    }
}

/// All keys of one column are of one kind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

/// A column as somebody wants it.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Which.
    pub column: &'static Column,
    /// Another header.
    pub header: Option<String>,
    /// Another width.
    pub width: Option<usize>,
}

impl Chosen {
    /// As it is by default.
    pub fn new(column: &'static Column) -> Chosen {
        Chosen {
            column,
            header: None,
            width: None,
        }
    }

    pub(crate) fn header(&self) -> &str {
        self.header.as_deref().unwrap_or(self.column.header)
    }

    /// At least as wide as a header that was asked for, unless a width was asked for too.
    pub(crate) fn width(&self, system: &System) -> usize {
        let width = match self.column.width {
            Width::Fixed(width) => width,
            Width::Pid => system.pid_digits,
        };
        let header = self.header.as_deref().unwrap_or_default();
        self.width.unwrap_or(width.max(header.chars().count()))
    }
}
