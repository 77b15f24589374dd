//! `export`, `readonly`, `local` and `unset`.

use super::{misused, options, print};
use crate::exec::{Flow, Shell};
use crate::expand::quote;
use crate::state::Variables;
use crate::state::variables::Listed;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

pub(super) fn export(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    attribute(shell, arguments, Variables::export, |one| one.exported)
}

pub(super) fn read_only(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    attribute(shell, arguments, Variables::make_read_only, |one| {
        one.read_only
    })
}

/// Gives variables an attribute, or lists those that have it so that the shell reads them back.
fn attribute(
    shell: &mut Shell,
    arguments: &[Bytes],
    give: fn(&mut Variables, Name),
    has: fn(&Listed) -> bool,
) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"p")?;
    if given.operands.is_empty() {
        let listed = shell.variables.listed();
        let lines = listed.iter().filter(|one| has(one));
        let lines = lines.map(|one| [&arguments[0], &b" "[..], &line(one)].concat());
        return Ok(print(shell, lines.collect::<Vec<_>>().concat()));
    }
    for operand in given.operands {
        let (name, value) = operand_parts(shell, &arguments[0], operand)?;
        if let Some(value) = value {
            set(shell, &arguments[0], name, value)?;
        }
        give(&mut shell.variables, name);
    }
    Ok(0)
}

/// Variables of the function that calls it. Not in POSIX, and in every shell. Without a value they are
/// unset, as in all but dash, where they keep what they had.
pub(super) fn local(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    for operand in given.operands {
        let (name, value) = operand_parts(shell, b"local", operand)?;
        if !shell.variables.localize(name) {
            return Err(misused(shell, b"local", "not in a function"));
        }
        let stored = match value {
            Some(value) => shell.variables.set(name, value.to_vec()),
            None => shell.variables.clear(name),
        };
        stored.map_err(|error| misused(shell, b"local", &error.to_string()))?;
    }
    Ok(0)
}

pub(super) fn unset(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"fv")?;
    let functions = given.letters.last() == Some(&b'f');
    for operand in given.operands {
        if functions {
            shell.functions.remove(operand);
            continue;
        }
        let name = valid_name(shell, b"unset", operand)?;
        if let Err(error) = shell.variables.unset(name) {
            return Err(misused(shell, b"unset", &error.to_string()));
        }
    }
    Ok(0)
}

/// `name=value` in a form that the shell reads back; `name` when it has no value.
fn line(one: &Listed) -> Bytes {
    match one.value {
        Some(value) => [&one.name, &b"="[..], &quote(value), b"\n"].concat(),
        None => [&one.name, &b"\n"[..]].concat(),
    }
}

/// What `set` without arguments prints.
pub(super) fn all(variables: &Variables) -> Bytes {
    let listed = variables.listed();
    let lines = listed.iter().filter(|one| one.value.is_some()).map(line);
    lines.collect::<Vec<_>>().concat()
}

fn set(shell: &mut Shell, built_in: &[u8], name: Name, value: &[u8]) -> Result<(), Flow> {
    let stored = shell.variables.set(name, value.to_vec());
    stored.map_err(|error| misused(shell, built_in, &error.to_string()))
}

/// `name` or `name=value`.
fn operand_parts<'a>(
    shell: &Shell,
    built_in: &[u8],
    operand: &'a [u8],
) -> Result<(Name, Option<&'a [u8]>), Flow> {
    match operand.iter().position(|&byte| byte == b'=') {
        Some(equals) => {
            let name = valid_name(shell, built_in, &operand[..equals])?;
            Ok((name, Some(&operand[equals + 1..])))
        }
        None => Ok((valid_name(shell, built_in, operand)?, None)),
    }
}

fn valid_name(shell: &Shell, built_in: &[u8], text: &[u8]) -> Result<Name, Flow> {
    if Name::is_valid(text) {
        return Ok(Name::new(text));
    }
    let message = format!("{}: not a name", String::from_utf8_lossy(text));
    Err(misused(shell, built_in, &message))
}
