//! Lines as strace prints them, and JSON.
//!
//! One line a call, from its name to its result, would be simple if calls came one after another. But
//! tasks run side by side: while one waits in the kernel others call. So a line begins when a call
//! is entered; when something happens to another task before the answer is there, the line is cut
//! with `<unfinished ...>`, and the rest comes on a line of its own, `<... read resumed>`.
//!
//! [`Printer`] is a pure function of events and their order; it knows nothing of tracing.

mod json;
mod stack;
mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

pub use json::json;
pub use stack::frame;
pub use time::Clock;

use crate::event::{Call, Entry, Event, Kind, Outcome, Pid};

/// Where ` = ` stands, counted from the beginning of the line.
const RESULT_COLUMN: usize = 40;

/// What stands for the arguments that a call never came to show.
const UNFINISHED: &str = "<unfinished ...>";

/// How lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Which task a line is of.
    pub task: TaskPrefix,
    /// The time of day before each line (`-t`, `-tt`, `-ttt`).
    pub clock: Option<Clock>,
    /// The time since the line before (`-r`).
    pub relative: bool,
    /// How long each call took (`-T`).
    pub took: bool,
    /// Lines that say that a task was attached or detached.
    pub attachments: bool,
    /// Lines that say how a task ended.
    pub endings: bool,
    /// How soon lines are written out.
    pub flush: Flush,
}

/// What stands before a line to say which task it is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TaskPrefix {
    /// Nothing.
    #[default]
    None,
    /// `[pid 123] ` while there is more than one task.
    WhenSeveral,
    /// `123 ` always, as in a file.
    Always,
}

/// How soon what was printed leaves the printer's buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flush {
    /// When the writer thinks it is time, or at the end.
    #[default]
    AtEnd,
    /// With every whole line, so that lines do not mix with what others write there.
    Lines,
    /// Also the beginning of a call whose answer is not there yet: somebody watches, and may want
    /// to know what the program is waiting for.
    Calls,
}

/// Writes events as lines.
///
/// ```
/// use std::time::Duration;
/// use syscalls::event::{Call, Event, Kind, Outcome};
/// use syscalls::print::{Printer, Style};
///
/// let call = Call {
///     number: 39,
///     name: "getpid",
///     arguments: String::new(),
///     spans: Vec::new(),
///     outcome: Outcome::Value { value: 7, text: "7".to_owned() },
///     took: Duration::ZERO,
///     stack: Vec::new(),
/// };
/// let event = Event { pid: 7, tid: 7, time: Duration::ZERO, kind: Kind::Call(call) };
/// let mut printer = Printer::new(Vec::new(), Style::default());
/// printer.print(&event)?;
/// assert_eq!(printer.finish()?, b"getpid()                                = 7\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Printer<W: Write> {
    out: W,
    style: Style,
    /// The line being made; what has been written of it is `line[..written]`.
    line: String,
    written: usize,
    /// Whose call the line in `line` is of, while that has no answer.
    open: Option<Pid>,
    /// The tasks that are in a call, with how much of its arguments has been shown.
    calling: BTreeMap<Pid, usize>,
    /// The tasks seen that have not ended.
    tasks: BTreeSet<Pid>,
    /// When the line before was begun.
    before: Option<Duration>,
}

impl<W: Write> Printer<W> {
    /// A printer that has printed nothing.
    pub fn new(out: W, style: Style) -> Self {
        Self {
            out,
            style,
            line: String::new(),
            written: 0,
            open: None,
            calling: BTreeMap::new(),
            tasks: BTreeSet::new(),
            before: None,
        }
    }

    /// Prints one event.
    ///
    /// # Errors
    ///
    /// Failures of the writer.
    pub fn print(&mut self, event: &Event) -> io::Result<()> {
        self.tasks.insert(event.tid);
        match &event.kind {
            Kind::Enter(entry) => self.enter(event, entry),
            Kind::Call(call) => self.call(event, call),
            Kind::Signal { name, info } => self.line(event, &format!("--- {name} {info} ---")),
            Kind::Stopped(signal) => self.line(event, &format!("--- stopped by {signal} ---")),
            Kind::Exited(_) | Kind::Killed { .. } => self.ended(event),
            Kind::Superseded { by } => self.superseded(event, *by),
            Kind::Attached => self.attached(event),
            Kind::Detached => self.detached(event),
        }
    }

    /// Ends the line that is still open, writes everything out and gives the writer back.
    ///
    /// # Errors
    ///
    /// Failures of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.cut()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn enter(&mut self, event: &Event, entry: &Entry) -> io::Result<()> {
        self.begin(event, event.time)?;
        self.push(entry.name);
        self.push("(");
        self.push(&entry.arguments);
        self.open = Some(event.tid);
        self.calling.insert(event.tid, entry.arguments.len());
        if self.style.flush == Flush::Calls {
            self.write_out()?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn call(&mut self, event: &Event, call: &Call) -> io::Result<()> {
        let shown = self.calling.remove(&event.tid);
        if self.open == Some(event.tid) {
            self.open = None;
        } else if shown.is_some() {
            self.begin(event, event.time + call.took)?;
            self.push(&format!("<... {} resumed>", call.name));
        } else {
            self.begin(event, event.time)?;
            self.push(call.name);
            self.push("(");
        }
        let rest = call.arguments.get(shown.unwrap_or(0)..).unwrap_or_default();
        match rest.strip_suffix(UNFINISHED) {
            Some(rest) => {
                self.push(rest);
                self.push(" ");
                self.push(UNFINISHED);
            }
            None => self.push(rest),
        }
        self.push(")");
        self.result(call)?;
        self.stack(call)
    }

    fn result(&mut self, call: &Call) -> io::Result<()> {
        let padding = RESULT_COLUMN.saturating_sub(self.line.chars().count());
        self.line.extend(std::iter::repeat_n(' ', padding.max(1)));
        self.push(&format!("= {}", call.outcome));
        if self.style.took && call.outcome != Outcome::Never {
            self.push(&format!(" <{}>", time::seconds(call.took)));
        }
        self.end()
    }

    fn stack(&mut self, call: &Call) -> io::Result<()> {
        for level in &call.stack {
            self.push(&format!(" > {}", frame(level)));
            self.end()?;
        }
        Ok(())
    }

    fn line(&mut self, event: &Event, text: &str) -> io::Result<()> {
        self.begin(event, event.time)?;
        self.push(text);
        self.end()
    }

    fn ended(&mut self, event: &Event) -> io::Result<()> {
        if self.style.endings {
            let text = match &event.kind {
                Kind::Killed {
                    signal,
                    core_dumped: true,
                    ..
                } => format!("+++ killed by {signal} (core dumped) +++"),
                Kind::Killed { signal, .. } => format!("+++ killed by {signal} +++"),
                Kind::Exited(status) => format!("+++ exited with {status} +++"),
                _ => String::new(),
            };
            self.line(event, &text)?;
        }
        self.forget(event.tid);
        Ok(())
    }

    /// The thread that called execve goes on under the number of its process, and so does its call.
    fn superseded(&mut self, event: &Event, by: Pid) -> io::Result<()> {
        let text = format!("+++ superseded by execve in pid {by} +++");
        self.line(event, &text)?;
        let call = self.calling.remove(&by);
        self.forget(event.tid);
        self.forget(by);
        if let Some(shown) = call {
            self.calling.insert(event.tid, shown);
        }
        Ok(())
    }

    fn attached(&mut self, event: &Event) -> io::Result<()> {
        if self.style.attachments {
            self.message(&format!("syscalls: process {} attached", event.tid))?;
        }
        Ok(())
    }

    fn detached(&mut self, event: &Event) -> io::Result<()> {
        if self.open == Some(event.tid) {
            self.push(" <detached ...>");
            self.end()?;
        }
        if self.style.attachments {
            self.message(&format!("syscalls: process {} detached", event.tid))?;
        }
        self.forget(event.tid);
        Ok(())
    }

    fn forget(&mut self, task: Pid) {
        self.tasks.remove(&task);
        self.calling.remove(&task);
    }

    /// A line that is not part of the trace.
    fn message(&mut self, text: &str) -> io::Result<()> {
        self.cut()?;
        self.push(text);
        self.end()
    }

    /// Begins a line with what stands before all of them.
    fn begin(&mut self, event: &Event, time: Duration) -> io::Result<()> {
        self.cut()?;
        let tid = event.tid;
        match self.style.task {
            TaskPrefix::Always => self.push(&format!("{tid:<5} ")),
            TaskPrefix::WhenSeveral if self.tasks.len() > 1 => {
                self.push(&format!("[pid {tid:>5}] "));
            }
            TaskPrefix::WhenSeveral | TaskPrefix::None => {}
        }
        let since = time.saturating_sub(self.before.replace(time).unwrap_or(time));
        let since = self.style.relative.then_some(since);
        time::stamp(&mut self.line, self.style.clock, time, since);
        Ok(())
    }

    /// Leaves the line that is open, if one is, to what comes now.
    fn cut(&mut self) -> io::Result<()> {
        if self.open.take().is_some() {
            self.push(" ");
            self.push(UNFINISHED);
            self.end()?;
        }
        Ok(())
    }

    fn push(&mut self, text: &str) {
        self.line.push_str(text);
    }

    fn end(&mut self) -> io::Result<()> {
        self.open = None;
        self.push("\n");
        self.write_out()?;
        self.line.clear();
        self.written = 0;
        match self.style.flush {
            Flush::AtEnd => Ok(()),
            Flush::Lines | Flush::Calls => self.out.flush(),
        }
    }

    fn write_out(&mut self) -> io::Result<()> {
        self.out.write_all(&self.line.as_bytes()[self.written..])?;
        self.written = self.line.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
