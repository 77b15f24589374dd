//! Tree to processes: POSIX.1-2024, 2.7 to 2.9 and 2.11 to 2.13.
//!
//! | file | shows |
//! |---|---|
//! | `flow` | `break`, `return`, `exit` and fatal errors as values: [`Flow`] |
//! | `list` | and-or lists, `set -e`, background |
//! | `compound` | loops, choices, groups, subshells, functions |
//! | `simple` | one command: words, redirections, assignments, and who runs it |
//! | `redirect` | a plan of descriptors, carried out here or in a child |
//! | `path` | where a program is, and remembering it |
//! | `launch` | a program in a process of its own, without copying the shell |
//! | `pipeline` | all parts at once, in one group |
//! | `subshell` | a copy of the shell: `( )`, `$( )`, `&` |
//! | `wait` | what became of the children |
//! | `traps` | what signals make a script do |
//! | `source` | text to commands, one at a time |
//! | `expansion` | what the expansions ask of the shell |
//! | `trace` | `set -x`, and prompts |
//! | `depth` | an error before the stack ends |
//! | `descriptor`, `signal`, `child` | the system calls beneath, and the unsafe code |

mod child;
mod compound;
mod depth;
pub(crate) mod descriptor;
mod expansion;
mod flow;
mod launch;
mod list;
mod path;
mod pipeline;
mod redirect;
pub(crate) mod signal;
mod simple;
mod source;
mod subshell;
mod trace;
pub mod traps;
mod wait;

use nix::unistd::{self, Pid};

use crate::interactive::history::SharedHistory;
use crate::jobs::Jobs;
use crate::jobs::terminal::Terminal;
use crate::state::{Aliases, Flag, Functions, Options, Positional, Variables};
use depth::Depth;

pub use expansion::Failure;
pub use flow::Flow;
pub use path::CommandHash;
pub(crate) use path::{Found, Lookup, search_steps};
pub use source::Lines;
pub use traps::Traps;
pub(crate) use wait::Waited;

/// What a command comes to: its status, or a way out of the commands around it.
pub type Outcome = Result<i32, Flow>;

/// A shell: all that it remembers, and the means to run commands.
///
/// There is one in a process. It has one thread, since a subshell is a copy of the process, and a
/// copy has only the thread that made it.
#[derive(Debug)]
pub struct Shell {
    /// Variables, exported or not.
    pub variables: Variables,
    /// `set -o`
    pub options: Options,
    /// `$0`, `$1` …
    pub positional: Positional,
    /// By name.
    pub functions: Functions,
    /// By name.
    pub aliases: Aliases,
    /// What runs, is stopped, or has ended and was not asked for.
    pub jobs: Jobs,
    /// What signals do.
    pub traps: Traps,
    /// Where commands were found.
    pub commands: CommandHash,
    /// `$?`
    pub status: i32,
    /// `$$`: the process that was started as a shell, in subshells too.
    pub pid: Pid,
    /// `$!`
    pub background: Option<Pid>,
    /// What was typed: empty unless a person talks to the shell.
    pub history: SharedHistory,
    /// Whether a person reads the messages: errors then do not end the shell.
    pub interactive: bool,
    /// The status of the last command substitution since this was last emptied; it is the status of
    /// a command that is all assignments.
    pub substituted: Option<i32>,
    /// The controlling terminal, with job control.
    pub(crate) terminal: Option<Terminal>,
    /// Whether this is a copy made by `( )`, `$( )`, `|` or `&`.
    pub(crate) is_subshell: bool,
    /// How many loops enclose the command, in this function.
    pub(crate) loops: usize,
    /// How many functions and `.` scripts enclose the command.
    pub(crate) calls: usize,
    /// How many conditions enclose the command: `set -e` looks away in them.
    pub(crate) tested: usize,
    depth: Depth,
}

impl Shell {
    /// A shell with nothing set but the environment, `$0` being `name`.
    #[must_use]
    pub fn new(variables: Variables, positional: Positional) -> Self {
        Self {
            variables,
            options: Options::default(),
            positional,
            functions: Functions::default(),
            aliases: Aliases::default(),
            jobs: Jobs::default(),
            traps: Traps::default(),
            commands: CommandHash::default(),
            status: 0,
            pid: unistd::getpid(),
            background: None,
            history: SharedHistory::default(),
            interactive: false,
            substituted: None,
            terminal: None,
            is_subshell: false,
            loops: 0,
            calls: 0,
            tested: 0,
            depth: Depth::new(),
        }
    }

    /// Undoes what Rust's runtime does before a Rust `main`: programs are ended again by writing into
    /// a pipe that nobody reads. For a program with such a `main` that runs a shell inside itself.
    pub fn restore_broken_pipe(&self) {
        let _ = signal::set(nix::libc::SIGPIPE, signal::Disposition::Default);
    }

    /// Makes it one that a person talks to: errors do not end it, and keys that signal neither.
    pub fn be_interactive(&mut self, with_job_control: bool) {
        self.interactive = true;
        self.options.set(Flag::Interactive, true);
        self.settle_signals();
        self.set_option(Flag::Monitor, with_job_control);
    }

    /// Leaves the terminal to whoever had it before the shell.
    pub fn give_terminal_up(&mut self) {
        if let Some(terminal) = self.terminal.take() {
            terminal.give_up();
        }
    }

    /// Writes `shell: line 3: message` to standard error. Nothing can be done when that fails.
    pub fn complain(&self, message: impl AsRef<[u8]>) {
        let mut line = b"shell: ".to_vec();
        if !self.interactive {
            line.extend_from_slice(format!("line {}: ", self.variables.line()).as_bytes());
        }
        line.extend_from_slice(message.as_ref());
        line.push(b'\n');
        let _ = descriptor::write_all(2, &line);
    }

    /// Turns an option on or off, with what hangs on it.
    pub fn set_option(&mut self, flag: Flag, on: bool) {
        let before = self.options.get(flag);
        self.options.set(flag, on);
        match flag {
            Flag::Monitor if before != on => self.set_monitor(on),
            Flag::AllExport => self.variables.all_export = on,
            _ => {}
        }
    }

    /// Whether each pipeline is a process group of its own.
    pub(crate) fn has_job_control(&self) -> bool {
        self.options.get(Flag::Monitor) && !self.is_subshell
    }

    fn set_monitor(&mut self, on: bool) {
        if on && !self.is_subshell && self.interactive {
            self.terminal = Terminal::take().ok();
            if self.terminal.is_none() {
                self.complain("no terminal: job control is off");
                self.options.set(Flag::Monitor, false);
            }
        } else if let Some(terminal) = self.terminal.take() {
            terminal.give_up();
        }
        self.settle_signals();
    }

    /// An error if commands nest too deep, before the stack runs out.
    fn enter(&mut self) -> Result<(), Flow> {
        if self.depth.is_reached() {
            self.complain("commands are nested too deep");
            return Err(Flow::Error(2));
        }
        Ok(())
    }
}
