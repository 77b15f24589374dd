//! From the arguments to a shell that runs, and to its last status.

use std::env;
use std::ffi::CString;
use std::io::IsTerminal;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use nix::errno::Errno;
use shell::exec::{Lines, Outcome, Shell};
use shell::state::{Flag, Positional, Variables};
use shell::syntax::ast::Bytes;
use shell::syntax::name::Name;

use super::arguments::{Arguments, Script};
use super::show;

/// Runs the script and gives its status.
pub(super) fn run(arguments: Arguments) -> u8 {
    let Arguments {
        script,
        zero,
        parameters,
        options,
        show,
        is_login,
    } = arguments;
    let mut shell = Shell::new(variables(), Positional::new(zero, parameters));
    if let Some(show) = show {
        return show::run(&mut shell, show, script);
    }
    let asked = options.contains(&(Flag::Interactive, true));
    let at_terminal = || std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let is_interactive = asked || script == Script::StandardInput && at_terminal();
    if is_interactive {
        shell.be_interactive(!options.contains(&(Flag::Monitor, false)));
    }
    for (flag, on) in options {
        shell.set_option(flag, on);
    }
    let status = begin(&mut shell, is_login).and_then(|_| execute(&mut shell, script));
    let status = shell.leave(status);
    shell.give_terminal_up();
    // A status is eight bits, as the kernel passes it on.
    u8::try_from(status & 0xff).unwrap_or(u8::MAX)
}

/// The environment, and what a shell has set at its start.
fn variables() -> Variables {
    let entries = env::vars_os().map(|(name, value)| (name.into_vec(), value.into_vec()));
    let mut variables = Variables::from_environment(entries);
    let parent = std::os::unix::process::parent_id().to_string();
    let mut set = |name: &str, value: Bytes| {
        // Nothing is read only yet.
        let _ = variables.set(Name::new(name), value);
    };
    set("PPID", parent.into_bytes());
    let known = env::var_os("PWD").filter(|path| shell::builtins::is_here(path.as_bytes()));
    if known.is_none()
        && let Ok(path) = env::current_dir()
    {
        set("PWD", path.into_os_string().into_vec());
    }
    variables
}

/// What a login shell and an interactive shell read first.
fn begin(shell: &mut Shell, is_login: bool) -> Outcome {
    if is_login {
        read_if_there(shell, b"/etc/profile")?;
        if let Some(home) = shell.variables.get(Name::new("HOME")) {
            let profile = [home, b"/.profile"].concat();
            read_if_there(shell, &profile)?;
        }
    }
    if shell.interactive
        && let Some(file) = shell.variables.get(Name::new("ENV"))
    {
        let file = shell.expand_prompt(file.to_vec());
        read_if_there(shell, &file)?;
    }
    Ok(0)
}

/// An error in it is said, and is no reason not to start.
fn read_if_there(shell: &mut Shell, path: &[u8]) -> Outcome {
    let Ok(lines) = open(path) else {
        return Ok(0);
    };
    match shell.run_lines(lines) {
        Err(shell::exec::Flow::Error(_)) if shell.interactive => Ok(0),
        other => other,
    }
}

fn open(path: &[u8]) -> Result<Lines, Errno> {
    let path = CString::new(path).map_err(|_| Errno::ENOENT)?;
    Lines::open(&path)
}

fn execute(shell: &mut Shell, script: Script) -> Outcome {
    match script {
        Script::Text(text) if shell.interactive => shell.run_text(&text),
        Script::Text(text) => shell.run_last_text(&text),
        Script::File(name) => match open(&name) {
            Ok(lines) => shell.run_lines(lines),
            Err(error) => {
                eprintln!("shell: {}: {}", name.escape_ascii(), error.desc());
                Ok(if error == Errno::ENOENT { 127 } else { 126 })
            }
        },
        Script::StandardInput if shell.interactive => shell::interactive::run(shell),
        Script::StandardInput => shell.run_lines(Lines::of_standard_input()),
    }
}
