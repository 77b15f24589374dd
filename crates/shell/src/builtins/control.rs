//! `break`, `continue`, `return`, `exit`.

use super::{misused, number};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

/// Outside of any loop it does nothing, as in most shells.
pub(super) fn break_loop(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    match loops(shell, arguments)? {
        0 => Ok(0),
        count => Err(Flow::Break(count)),
    }
}

pub(super) fn continue_loop(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    match loops(shell, arguments)? {
        0 => Ok(0),
        count => Err(Flow::Continue(count)),
    }
}

/// How many loops are meant, at most all that there are.
fn loops(shell: &Shell, arguments: &[Bytes]) -> Result<usize, Flow> {
    let wanted = match operand(arguments) {
        None => 1,
        Some(text) => match number(text) {
            Some(count @ 1..) => count.unsigned_abs() as usize,
            _ => return Err(not_a_number(shell, &arguments[0], text)),
        },
    };
    Ok(wanted.min(shell.loops))
}

pub(super) fn return_(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    status(shell, arguments).and_then(|status| Err(Flow::Return(status)))
}

pub(super) fn exit(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    status(shell, arguments).and_then(|status| Err(Flow::Exit(status)))
}

/// The operand, or `$?`; in a trap's action, what `$?` was when the action began.
fn status(shell: &Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    match operand(arguments) {
        None => Ok(shell.traps.status_before().unwrap_or(shell.status)),
        Some(text) => match number(text) {
            Some(status) => Ok(status & 0xff),
            None => Err(not_a_number(shell, &arguments[0], text)),
        },
    }
}

fn operand(arguments: &[Bytes]) -> Option<&Bytes> {
    arguments[1..].iter().find(|argument| *argument != b"--")
}

fn not_a_number(shell: &Shell, name: &[u8], text: &[u8]) -> Flow {
    misused(
        shell,
        name,
        &format!("{}: not a number", text.escape_ascii()),
    )
}
