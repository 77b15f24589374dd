//! Selection, columns, order and tree: `ps`.
//!
//! A [`Listing`] says what is wanted. From it follows what has to be read of each process, and no
//! more is: `-e` takes one file of each, `-ef` two and the owner of a directory, and only what
//! shows exact memory opens the costly `status`.
//!
//! ```
//! use process::ps::{Chosen, Column, Condition, Listing};
//! use process::table::Table;
//!
//! let columns = ["pid", "comm"].map(|name| Column::named(name).unwrap());
//! let mut listing = Listing::of(columns.map(Chosen::new));
//! listing.selection.conditions = vec![Condition::Pids(vec![std::process::id() as i32])];
//! let text = listing.read(&mut Table::open()?)?.into_text(None);
//! assert_eq!(text.lines().count(), 2);
//! assert!(text.starts_with("  PID COMMAND\n"));
//! # Ok::<(), process::table::Error>(())
//! ```

mod column;
mod columns;
mod context;
mod layout;
mod local_time;
mod screen;
mod select;
mod shape;
mod time;
mod values;

pub use column::{Chosen, Column};
pub use context::{Context, reader_sees_utf8};
pub use screen::width as screen_width;
pub use select::{Condition, Selection};
pub use shape::Shape;

use layout::Layout;
use select::Caller;
use serde_json::{Map, Value};

use crate::table::{Error, Fields, Process, Table};

/// What to list, and how.
#[derive(Debug, Clone)]
pub struct Listing {
    /// From left to right.
    pub columns: Vec<Chosen>,
    /// Which processes.
    pub selection: Selection,
    /// Sorted by the first of these, then the second; otherwise by pid. `true` is from high to low.
    pub order: Vec<(&'static Column, bool)>,
    /// A list or a tree.
    pub shape: Shape,
    /// A line a thread.
    pub threads: bool,
    /// Columns of the program's name show its arguments (`-f`).
    pub arguments_for_name: bool,
    /// Columns of the arguments show the program's name (BSD's `c`).
    pub name_for_arguments: bool,
    /// With a header line.
    pub headers: bool,
}

impl Listing {
    /// These columns of the caller's processes at this terminal.
    pub fn of(columns: impl IntoIterator<Item = Chosen>) -> Listing {
        Listing {
            columns: columns.into_iter().collect(),
            selection: Selection::default(),
            order: Vec::new(),
            shape: Shape::default(),
            threads: false,
            arguments_for_name: false,
            name_for_arguments: false,
            headers: true,
        }
    }

    /// What has to be read of each process.
    pub fn needs(&self) -> Fields {
        let shown = self.columns.iter().map(|chosen| chosen.column);
        let sorted = self.order.iter().map(|(column, _)| *column);
        shown
            .chain(sorted)
            .fold(self.selection.needs(), |needs, column| {
                // The name alone comes with everything else.
                if self.shows_name_only(column) {
                    needs
                } else {
                    needs | column.needs
                }
            })
    }

    fn shows_name_only(&self, column: &Column) -> bool {
        match column.names[0] {
            "comm" | "ucmd" => !self.arguments_for_name,
            "args" | "cmd" => self.name_for_arguments,
            _ => false,
        }
    }

    /// Reads the table.
    ///
    /// # Errors
    ///
    /// [`Error::NoTable`]. That a process has gone is none.
    pub fn read(&self, table: &mut Table) -> Result<Sheet<'_>, Error> {
        let mut context = Context::new(table.system()?);
        context.arguments_for_name = self.arguments_for_name;
        context.name_for_arguments = self.name_for_arguments;
        let mut processes = self.select(table)?;
        if self.threads {
            processes = self.split_into_threads(table, processes);
        }
        self.sort(&mut processes, &mut context);
        Ok(Sheet {
            listing: self,
            rows: self.shape.arrange(processes),
            context,
        })
    }

    fn select(&self, table: &mut Table) -> Result<Vec<Process>, Error> {
        let needs = self.needs();
        let me = table.process(std::process::id() as i32, Fields::OWNER)?;
        let caller = Caller {
            user: me.owner.map_or(u32::MAX, |owner| owner.user),
            terminal: me.terminal,
        };
        let mut processes = match self.selection.only_pids() {
            Some(pids) => {
                let mut pids = pids.to_vec();
                pids.sort_unstable();
                pids.dedup();
                // What has gone is left out.
                let found = pids
                    .iter()
                    .filter_map(|&pid| table.process(pid, needs).ok());
                found.collect()
            }
            None => table.processes(needs)?,
        };
        processes.retain(|process| self.selection.contains(process, caller));
        Ok(processes)
    }

    /// The first thread's line is the whole process's, its times included, as in procps.
    fn split_into_threads(&self, table: &mut Table, processes: Vec<Process>) -> Vec<Process> {
        let needs = self.needs();
        let mut all = Vec::new();
        for process in processes {
            let pid = process.pid;
            let threads = table.threads(pid).unwrap_or_default();
            all.push(process);
            let others = threads.iter().filter(|&&thread| thread != pid);
            // A thread may end between the list and its turn.
            all.extend(others.filter_map(|&thread| table.thread(pid, thread, needs).ok()));
        }
        all
    }

    fn sort(&self, processes: &mut [Process], context: &mut Context) {
        if self.shape != Shape::Flat {
            // Siblings by age; the roots, which have different parents, by those.
            processes.sort_by_key(|process| (process.parent, process.started));
        }
        // From the last to the first: each sort keeps the order of what it finds equal.
        for (column, descending) in self.order.iter().rev() {
            let key = |process: &Process| column.key(process, context);
            if *descending {
                let mut key = key;
                processes.sort_by_cached_key(|process| std::cmp::Reverse(key(process)));
            } else {
                processes.sort_by_cached_key(key);
            }
        }
    }
}

/// A listing, read.
#[derive(Debug)]
pub struct Sheet<'a> {
    listing: &'a Listing,
    rows: Vec<(String, Process)>,
    context: Context,
}

impl Sheet<'_> {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The processes and threads, in their order.
    pub fn processes(&self) -> impl Iterator<Item = &Process> {
        self.rows.iter().map(|(_, process)| process)
    }

    /// As lines, each cut at `width` columns if that is given.
    pub fn into_text(mut self, width: Option<usize>) -> String {
        let mut layout = Layout::new(&self.listing.columns, width, &self.context.system);
        let mut out = String::with_capacity(128 * (self.rows.len() + 1));
        if self.listing.headers {
            layout.header(&mut out);
        }
        for (prefix, process) in &mut self.rows {
            self.context.prefix = std::mem::take(prefix);
            layout.process(&mut out, process, &mut self.context);
        }
        out
    }

    /// As an array of objects with the columns' names; numbers are numbers.
    pub fn into_json(mut self) -> Value {
        let columns = &self.listing.columns;
        let rows = self.rows.iter().map(|(_, process)| {
            let cells = columns.iter().map(|chosen| {
                let column = chosen.column;
                (
                    column.names[0].to_owned(),
                    cell(column, process, &mut self.context),
                )
            });
            Value::Object(cells.collect::<Map<_, _>>())
        });
        Value::Array(rows.collect())
    }
}

fn cell(column: &Column, process: &Process, context: &mut Context) -> Value {
    if let column::Value::Number(number) = column.value {
        return number(process, context).into();
    }
    let mut text = String::new();
    column.show(&mut text, process, context);
    // Written in a way of their own, and numbers nevertheless, where there is one.
    const NUMBERS: [&str; 5] = ["pcpu", "pmem", "ni", "psr", "rtprio"];
    let number = text
        .parse()
        .ok()
        .filter(|_| NUMBERS.contains(&column.names[0]));
    match number.and_then(serde_json::Number::from_f64) {
        Some(number) => number.into(),
        None => text.into(),
    }
}

/// The word for each column, without those that only stand in set formats.
pub fn column_names() -> Vec<&'static str> {
    let names = Column::all().iter().map(|column| column.names[0]);
    let inner = ["uid_hack", "addr_1"];
    let mut names: Vec<_> = names.filter(|name| !inner.contains(name)).collect();
    names.sort_unstable();
    names
}
