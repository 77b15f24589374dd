//! A race as it is told, in the form of Go's detector.

use std::fmt;

pub use super::shadow::Kind;
pub use super::stack::Frame;

/// Two accesses to one variable, one of them a write, and nothing that orders them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The variable's name.
    pub variable: &'static str,
    /// Where it is.
    pub address: usize,
    /// The access at which the race was noticed.
    pub current: Access,
    /// The one that it should have been ordered with.
    pub previous: Access,
}

/// One side of a race.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What it did.
    pub kind: Kind,
    /// The calls that led to it, the innermost first. There is one at least.
    pub stack: Vec<Frame>,
    /// Who did it.
    pub strand: Strand,
}

/// A thread or a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strand {
    /// In the order of their starts; 0 is whoever began.
    pub number: usize,
    /// What it is.
    pub role: Role,
    /// Whether it was over when the race was noticed.
    pub finished: bool,
    /// The calls that led to its start.
    pub created: Option<Vec<Frame>>,
}

/// What a strand is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The thread that called [`check`](super::check).
    Main,
    /// Another thread.
    Thread,
    /// A task of the runtime.
    Task,
}

/// What [`check`](super::check) found.
#[derive(Debug, Clone)]
pub struct Checked<T> {
    /// What the program gave.
    pub value: T,
    /// The races, in the order in which they were noticed. The same two lines and the same variable
    /// make one report, however often they met.
    pub races: Vec<Report>,
}

impl fmt::Display for Strand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Role::Main => f.write_str("main thread"),
            Role::Thread => write!(f, "thread {}", self.number),
            Role::Task => write!(f, "task {}", self.number),
        }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = match self.function.as_str() {
            "" => "??",
            known => known,
        };
        write!(f, "  {function}()\n      {}:{}", self.file, self.line)
    }
}

fn calls(f: &mut fmt::Formatter<'_>, calls: &[Frame]) -> fmt::Result {
    calls.iter().try_for_each(|frame| writeln!(f, "{frame}"))
}

const RULE: &str = "==================";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{RULE}\nWARNING: DATA RACE")?;
        for (access, [read, write]) in [
            (&self.current, ["Read", "Write"]),
            (&self.previous, ["\nPrevious read", "\nPrevious write"]),
        ] {
            let what = match access.kind {
                Kind::Read => read,
                Kind::Write => write,
            };
            let (address, variable, strand) = (self.address, self.variable, &access.strand);
            writeln!(f, "{what} at {address:#014x} ({variable}) by {strand}:")?;
            calls(f, &access.stack)?;
        }
        for Strand {
            number,
            role,
            finished,
            created,
        } in [&self.current.strand, &self.previous.strand]
        {
            let Some(created) = created else {
                continue;
            };
            let name = if *role == Role::Task {
                "Task"
            } else {
                "Thread"
            };
            let state = if *finished { "finished" } else { "running" };
            writeln!(f, "\n{name} {number} ({state}) created at:")?;
            calls(f, created)?;
        }
        write!(f, "{RULE}")
    }
}

/// All reports and how many there are; nothing when there is none.
impl<T> fmt::Display for Checked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for race in &self.races {
            writeln!(f, "{race}")?;
        }
        match self.races.len() {
            0 => Ok(()),
            races => write!(f, "Found {races} data race(s)"),
        }
    }
}
