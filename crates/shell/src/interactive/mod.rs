//! The prompt, line editing, history and completion.
//!
//! The parser asks for lines, here as in a script; what differs is who gives them. A command that has
//! not ended asks for another line, which is when `PS2` appears, so nothing here needs to know what an
//! unfinished command looks like.
//!
//! | module | shows |
//! |---|---|
//! | [`history`] | what was typed, in a file that several shells share |
//! | [`completion`] | what a half-typed word may become |
//! | `prompt` | `PS1` and `PS2` |
//! | `editor` | a line from a terminal, with a person at it |
//! | `plain` | a line from anywhere else |

pub mod history;

pub mod completion;

mod prompt;

mod editor;

mod plain;

use std::ffi::OsStr;
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::rc::Rc;

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

use crate::exec::{Flow, Outcome, Shell, descriptor};
use crate::jobs::State;
use crate::state::{Aliases, Flag};
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;
use crate::syntax::{Host, Parser};
use editor::LineEditor;
use prompt::Prompt;

/// Status of a command line that Ctrl-C has cleared: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// What came instead of a line, or a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    Text(String),
    /// Ctrl-C
    Interrupt,
    /// Ctrl-D, or the end of the file.
    End,
}

/// Talks with a person until `exit` or Ctrl-D. `$ENV` has been read before.
///
/// # Errors
///
/// The way out that the last command asked for; `exit` is one.
pub fn run(shell: &mut Shell) -> Outcome {
    let _restore = Restore(tcgetattr(std::io::stdin()).ok());
    open_history(shell);
    if !shell.options.get(Flag::Vi) {
        shell.options.set(Flag::Emacs, true);
    }
    let mut session = Session::new(shell);
    loop {
        if let ControlFlow::Break(outcome) = session.turn(shell) {
            return outcome;
        }
    }
}

/// The modes of the terminal, set again if the shell itself comes to grief.
struct Restore(Option<Termios>);

impl Drop for Restore {
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(modes) = &self.0
        {
            let _ = tcsetattr(std::io::stdin(), SetArg::TCSADRAIN, modes);
        }
    }
}

fn open_history(shell: &Shell) {
    let value = |name: &str| shell.variables.get(Name::new(name));
    let mut history = shell.history.borrow_mut();
    let limit = value("HISTSIZE").and_then(|size| str::from_utf8(size).ok()?.parse().ok());
    if let Some(limit) = limit {
        history.set_limit(limit);
    }
    let path = match (value("HISTFILE"), value("HOME")) {
        (Some(path), _) => PathBuf::from(OsStr::from_bytes(path)),
        (None, Some(home)) => PathBuf::from(OsStr::from_bytes(home)).join(".sh_history"),
        (None, None) => PathBuf::new(),
    };
    if !path.as_os_str().is_empty()
        && let Err(error) = history.open(path.clone())
    {
        shell.complain(format!("history: {}: {error}", path.display()));
    }
}

/// Where lines come from.
enum Input {
    Editor(Box<LineEditor>),
    Plain,
}

/// What lasts from prompt to prompt.
struct Session {
    input: Input,
    parser: Parser,
    /// Whether the last thing said was that jobs are stopped.
    warned: bool,
}

impl Session {
    fn new(shell: &Shell) -> Self {
        let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let editor = terminal.then(|| LineEditor::new(Rc::clone(&shell.history)));
        let input = match editor {
            Some(Ok(editor)) => Input::Editor(Box::new(editor)),
            _ => Input::Plain,
        };
        Self {
            input,
            parser: Parser::new(""),
            warned: false,
        }
    }

    /// One prompt, one command.
    fn turn(&mut self, shell: &mut Shell) -> ControlFlow<Outcome> {
        if let Err(flow) = shell.run_traps() {
            self.settle(shell, Err(flow))?;
        }
        tell_news(shell);
        // Whatever cannot be read or written has been said when the shell started.
        let _ = shell.history.borrow_mut().catch_up();
        let first = prompt::first(shell);
        let further = prompt::further(shell);
        if let Input::Editor(editor) = &mut self.input {
            editor.prepare(shell);
        }
        let mut lines = Lines {
            input: &mut self.input,
            aliases: &shell.aliases,
            braces: shell.options.get(Flag::BraceExpand),
            verbose: shell.options.get(Flag::Verbose),
            prompts: [first, further],
            text: String::new(),
            ended_by: None,
        };
        let command = self.parser.next_command(&mut lines);
        let Lines { text, ended_by, .. } = lines;
        let _ = shell.history.borrow_mut().add(&text);
        self.parser.resume();
        match (command, ended_by) {
            (_, Some(Line::Interrupt)) => {
                self.parser = Parser::new("");
                shell.status = INTERRUPTED;
            }
            (Ok(None), _) => return self.end(shell),
            (Ok(Some(list)), _) => {
                let outcome = match list.is_empty() {
                    true => Ok(shell.status),
                    false => shell.run_list(&list),
                };
                self.settle(shell, outcome)?;
                self.warned &= list.is_empty();
            }
            (Err(error), _) => {
                shell.complain(error.kind.to_string());
                shell.status = 2;
            }
        }
        ControlFlow::Continue(())
    }

    /// An error leads back to the prompt; only `exit` leaves it.
    fn settle(&mut self, shell: &mut Shell, outcome: Outcome) -> ControlFlow<Outcome> {
        match outcome {
            Ok(status) | Err(Flow::Error(status) | Flow::Return(status)) => shell.status = status,
            Err(Flow::Break(_) | Flow::Continue(_)) => {}
            Err(exit @ Flow::Exit(_)) => return ControlFlow::Break(Err(exit)),
        }
        ControlFlow::Continue(())
    }

    /// Ctrl-D. It takes two when jobs are stopped: they would not be heard of again.
    fn end(&mut self, shell: &mut Shell) -> ControlFlow<Outcome> {
        let is_terminal = std::io::stdin().is_terminal();
        if is_terminal && shell.options.get(Flag::IgnoreEof) {
            say("Use \"exit\" to leave the shell.\n");
            return ControlFlow::Continue(());
        }
        let stopped = |job: &crate::jobs::Job| matches!(job.state(), State::Stopped(_));
        if is_terminal && !self.warned && shell.jobs.iter().any(stopped) {
            self.warned = true;
            say("You have stopped jobs.\n");
            return ControlFlow::Continue(());
        }
        ControlFlow::Break(Ok(shell.status))
    }
}

/// What became of jobs in the background.
fn tell_news(shell: &mut Shell) {
    shell.reap();
    for line in shell.jobs.news() {
        say(&format!("{line}\n"));
    }
}

/// To the person, on standard error. Nothing can be done when that fails.
fn say(text: &str) {
    let _ = descriptor::write_all(2, text.as_bytes());
}

/// What the parser asks, answered by the terminal.
struct Lines<'a> {
    input: &'a mut Input,
    aliases: &'a Aliases,
    braces: bool,
    verbose: bool,
    /// `PS1`, then `PS2`.
    prompts: [Prompt; 2],
    /// All lines of this command.
    text: String,
    /// Why there are no more.
    ended_by: Option<Line>,
}

impl Host for Lines<'_> {
    fn alias(&self, name: &[u8]) -> Option<Rc<[u8]>> {
        self.aliases.get(name).map(Rc::from)
    }

    fn braces(&self) -> bool {
        self.braces
    }

    fn next_line(&mut self) -> Option<Bytes> {
        let prompt = &self.prompts[usize::from(!self.text.is_empty())];
        let line = match self.input {
            Input::Editor(editor) => editor.read(prompt),
            Input::Plain => plain::read(prompt),
        };
        let Line::Text(mut text) = line else {
            self.ended_by = Some(line);
            return None;
        };
        text.push('\n');
        if self.verbose {
            say(&text);
        }
        self.text.push_str(&text);
        Some(text.into_bytes())
    }
}
