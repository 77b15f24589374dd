//! `command`, `type`, `hash`: who would run a name.

use super::{misused, options, print};
use crate::exec::{Flow, Found, Lookup, Shell};
use crate::expand::quote;
use crate::syntax::ast::Bytes;

/// Runs a command past any function of its name; `-v` and `-V` only say who would run it.
pub(super) fn command(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"pvV")?;
    let standard = given.letters.contains(&b'p');
    if given.operands.is_empty() {
        return Ok(0);
    }
    let found = |shell: &mut Shell, name: &Bytes| shell.find_command(name, standard);
    if given.letters.contains(&b'V') {
        return Ok(each(shell, given.operands, |shell, name| {
            let found = found(shell, name);
            describe(shell, name, &found)
        }));
    }
    if given.letters.contains(&b'v') {
        return Ok(each(shell, given.operands, |shell, name| {
            let found = found(shell, name);
            tell(shell, name, &found)
        }));
    }
    shell.run_arguments(given.operands, standard)
}

pub(super) fn type_(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    if given.operands.is_empty() {
        return Err(misused(shell, b"type", "a name is missing"));
    }
    Ok(each(shell, given.operands, |shell, name| {
        let found = shell.find_command(name, false);
        describe(shell, name, &found)
    }))
}

/// The worst status of all.
fn each(
    shell: &mut Shell,
    names: &[Bytes],
    mut tell: impl FnMut(&mut Shell, &Bytes) -> i32,
) -> i32 {
    let statuses: Vec<i32> = names.iter().map(|name| tell(shell, name)).collect();
    statuses.into_iter().max().unwrap_or(0)
}

/// `command -v`: a word or a line that has the same effect.
fn tell(shell: &Shell, name: &[u8], found: &Found) -> i32 {
    let line = match found {
        Found::Missing => return 1,
        Found::Alias(text) => [b"alias ", name, b"=", &quote(text)].concat(),
        Found::Program(place) => place.clone(),
        Found::Keyword | Found::Special | Found::Function | Found::Regular => name.to_vec(),
    };
    print(shell, [&line[..], b"\n"].concat())
}

fn describe(shell: &Shell, name: &[u8], found: &Found) -> i32 {
    let kind = match found {
        Found::Missing => {
            shell.complain([name, b": not found"].concat());
            return 1;
        }
        Found::Keyword => b"a shell keyword".to_vec(),
        Found::Alias(text) => [b"an alias for ", &text[..]].concat(),
        Found::Special => b"a special shell built-in".to_vec(),
        Found::Function => b"a function".to_vec(),
        Found::Regular => b"a shell built-in".to_vec(),
        Found::Program(place) => place.clone(),
    };
    print(shell, [name, b" is ", &kind[..], b"\n"].concat())
}

pub(super) fn hash(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"r")?;
    if given.letters.contains(&b'r') {
        shell.commands.clear();
    } else if given.operands.is_empty() {
        let lines = shell
            .commands
            .iter()
            .map(|(place, _)| [place, b"\n"].concat());
        let text: Vec<_> = lines.collect();
        return Ok(print(shell, text.concat()));
    }
    let mut status = 0;
    for name in given.operands {
        let known = super::find(name).is_some() || shell.functions.get(name).is_some();
        shell.commands.forget(name);
        if !known && !matches!(shell.find_program(name), Lookup::Found(_)) {
            shell.complain([b"hash: ", &name[..], b": not found"].concat());
            status = 1;
        }
    }
    Ok(status)
}
