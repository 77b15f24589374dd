//! `alias` and `unalias`.

use super::{misused, options, print};
use crate::exec::{Flow, Shell};
use crate::expand::quote;
use crate::syntax::ast::Bytes;

pub(super) fn alias(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"")?;
    if given.operands.is_empty() {
        let lines = shell.aliases.iter().map(|(name, text)| line(name, text));
        return Ok(print(shell, lines.collect::<Vec<_>>().concat()));
    }
    let mut status = 0;
    for operand in given.operands {
        let equals = operand.iter().skip(1).position(|byte| *byte == b'=');
        match equals {
            Some(before) => {
                let (name, text) = operand.split_at(before + 1);
                shell.aliases.set(name.to_vec(), text[1..].to_vec());
            }
            None => match shell.aliases.get(operand) {
                Some(text) => status |= print(shell, line(operand, text)),
                None => status = missing(shell, b"alias", operand),
            },
        }
    }
    Ok(status)
}

fn line(name: &[u8], text: &[u8]) -> Bytes {
    [name, b"=", &quote(text), b"\n"].concat()
}

fn missing(shell: &Shell, built_in: &[u8], name: &[u8]) -> i32 {
    shell.complain([built_in, b": ", name, b": not found"].concat());
    1
}

pub(super) fn unalias(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"a")?;
    if given.letters.contains(&b'a') {
        shell.aliases.clear();
        return Ok(0);
    }
    if given.operands.is_empty() {
        return Err(misused(shell, b"unalias", "a name is missing"));
    }
    let mut status = 0;
    for name in given.operands {
        if !shell.aliases.remove(name) {
            status = missing(shell, b"unalias", name);
        }
    }
    Ok(status)
}
