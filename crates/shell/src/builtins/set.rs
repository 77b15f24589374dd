//! `set` and `shift`: options and positional parameters.

use super::{misused, number, print, variables};
use crate::exec::{Flow, Shell};
use crate::state::Flag;
use crate::syntax::ast::Bytes;

/// Options, and what follows them becomes the positional parameters. Nothing is changed before the
/// options are understood: `set -e -Q` leaves `-e` off.
pub(super) fn set(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let mut rest = &arguments[1..];
    if rest.is_empty() {
        return Ok(print(shell, variables::all(&shell.variables)));
    }
    let mut switches = Vec::new();
    let mut replaces = false;
    while let [first, behind @ ..] = rest {
        let on = match &first[..] {
            b"--" => {
                (replaces, rest) = (true, behind);
                break;
            }
            // As in all shells, though POSIX is silent: no more tracing.
            b"-" => {
                switches.extend([(Flag::Verbose, false), (Flag::XTrace, false)]);
                rest = behind;
                break;
            }
            [b'-', _, ..] => true,
            [b'+', _, ..] => false,
            _ => break,
        };
        rest = behind;
        if matches!(&first[1..], b"o") && rest.is_empty() {
            return Ok(print(shell, options(shell, on)));
        }
        letters(shell, &first[1..], on, &mut rest, &mut switches)?;
    }
    for (flag, on) in switches {
        shell.set_option(flag, on);
    }
    if replaces || !rest.is_empty() {
        shell.positional.set(rest.to_vec());
    }
    Ok(0)
}

/// `-eu`, and `-o name` with its name in `rest`.
fn letters(
    shell: &Shell,
    letters: &[u8],
    on: bool,
    rest: &mut &[Bytes],
    switches: &mut Vec<(Flag, bool)>,
) -> Result<(), Flow> {
    let sign = if on { '-' } else { '+' };
    for &letter in letters {
        let (flag, shown) = if letter == b'o' {
            let Some((name, behind)) = rest.split_first() else {
                return Err(misused(
                    shell,
                    b"set",
                    &format!("{sign}o: a name is missing"),
                ));
            };
            *rest = behind;
            (
                Flag::from_name(name),
                format!("{sign}o {}", name.escape_ascii()),
            )
        } else {
            (
                Flag::from_letter(letter),
                format!("{sign}{}", [letter].escape_ascii()),
            )
        };
        let Some(flag) = flag else {
            return Err(misused(shell, b"set", &format!("{shown}: unknown option")));
        };
        switches.push((flag, on));
    }
    Ok(())
}

/// `set -o` for people, and `set +o` for the shell to read back.
fn options(shell: &Shell, for_people: bool) -> String {
    let lines = shell.options.named().map(|(name, on)| match for_people {
        true => format!("{name:12}{}\n", if on { "on" } else { "off" }),
        false => format!("set {}o {name}\n", if on { '-' } else { '+' }),
    });
    lines.collect()
}

pub(super) fn shift(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let count = match arguments {
        [_] => Some(1),
        [_, count] => number(count).and_then(|count| usize::try_from(count).ok()),
        _ => return Err(misused(shell, b"shift", "too many arguments")),
    };
    let Some(count) = count else {
        return Err(misused(shell, b"shift", "not a number"));
    };
    if shell.positional.shift(count) {
        return Ok(0);
    }
    // POSIX lets this end the script. Most shells do not.
    shell.complain("shift: there are not so many parameters");
    Ok(1)
}
