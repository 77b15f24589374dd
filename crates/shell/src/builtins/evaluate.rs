//! `eval`, `.` and `exec`: text, files and programs in place of the command.

use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::misused;
use crate::exec::{Flow, Lines, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn eval(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let words = operands(arguments);
    shell.run_text(&words.join(&b' '))
}

/// Runs a file's commands in this shell.
pub(super) fn dot(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let Some(name) = operands(arguments).first() else {
        return Err(misused(shell, &arguments[0], "a file is missing"));
    };
    let Some(place) = place_of_script(shell, name) else {
        shell.complain([b".: ", &name[..], b": not found"].concat());
        return Err(Flow::Error(1));
    };
    let lines = match lines_of(&place) {
        Ok(lines) => lines,
        Err(error) => {
            shell.complain([b".: ", &place[..], b": ", error.desc().as_bytes()].concat());
            return Err(Flow::Error(1));
        }
    };
    shell.calls += 1;
    let line = shell.variables.line();
    let outcome = shell.run_lines(lines);
    shell.variables.set_line(line);
    shell.calls -= 1;
    match outcome {
        Err(Flow::Return(status)) => Ok(status),
        other => other,
    }
}

fn lines_of(place: &[u8]) -> nix::Result<Lines> {
    let path = CString::new(place).map_err(|_| nix::errno::Errno::ENOENT)?;
    Lines::open(&path)
}

/// A name without a slash is looked for along PATH, where the file need not be executable.
fn place_of_script(shell: &Shell, name: &[u8]) -> Option<Bytes> {
    if name.contains(&b'/') {
        return Some(name.to_vec());
    }
    let path = shell.path();
    let places = path
        .split(|byte| *byte == b':')
        .map(|directory| match directory {
            b"" => name.to_vec(),
            _ => [directory, b"/", name].concat(),
        });
    let mut files = places.filter(|place| Path::new(OsStr::from_bytes(place)).is_file());
    files.next()
}

/// Becomes the program. Without one, redirections stay; the caller sees to that.
pub(super) fn exec(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    match operands(arguments) {
        [] => Ok(0),
        program => Err(Flow::Error(shell.become_program(program, false))),
    }
}

fn operands(arguments: &[Bytes]) -> &[Bytes] {
    match arguments {
        [_, first, rest @ ..] if first == b"--" => rest,
        [_, rest @ ..] => rest,
        [] => &[],
    }
}
