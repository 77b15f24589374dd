//! `umask`: the permission bits that new files do not get, in octal or as `u=rwx,g=rx,o=`.

use nix::sys::stat::{Mode, umask as set_mask};

use super::{misused, options, print};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn umask(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let given = options(shell, arguments, b"S")?;
    let old = permissions(current());
    let Some(operand) = given.operands.first() else {
        let text = if given.letters.contains(&b'S') {
            symbolic(!old)
        } else {
            format!("{old:04o}")
        };
        return Ok(print(shell, format!("{text}\n")));
    };
    let Some(new) = parse(operand, old) else {
        let message = format!("{}: not a mask", operand.escape_ascii());
        return Err(misused(shell, b"umask", &message));
    };
    set_mask(mode(new));
    Ok(0)
}

fn mode(bits: u32) -> Mode {
    Mode::from_bits_truncate(bits as nix::libc::mode_t)
}

/// The bits in the type in which they are computed with; the system's own is narrower on macOS.
#[allow(clippy::useless_conversion)]
fn permissions(mode: Mode) -> u32 {
    mode.bits().into()
}

/// It can only be read by setting it.
fn current() -> Mode {
    let mask = set_mask(Mode::empty());
    set_mask(mask);
    mask
}

/// Permissions as a person writes them.
fn symbolic(permissions: u32) -> String {
    let class = |name: char, shift: u32| {
        let bits = permissions >> shift;
        let letters = [(4, 'r'), (2, 'w'), (1, 'x')];
        let letters = letters.iter().filter(|(bit, _)| bits & bit != 0);
        format!(
            "{name}={}",
            letters.map(|(_, letter)| *letter).collect::<String>()
        )
    };
    [class('u', 6), class('g', 3), class('o', 0)].join(",")
}

/// The new mask; a symbolic one says what is allowed, starting from what is allowed now.
fn parse(text: &[u8], old: u32) -> Option<u32> {
    let text = str::from_utf8(text).ok()?;
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return u32::from_str_radix(text, 8)
            .ok()
            .filter(|mask| *mask <= 0o777);
    }
    let mut permissions = !old & 0o777;
    for clause in text.split(',') {
        permissions = apply(clause, permissions)?;
    }
    Some(!permissions & 0o777)
}

/// `ug+rw-x`: who, then one or more of a sign and letters.
fn apply(clause: &str, mut permissions: u32) -> Option<u32> {
    let signs = |letter: char| "+-=".contains(letter);
    let (who, mut actions) = clause.split_at(clause.find(signs)?);
    let mut classes = 0;
    for letter in who.chars() {
        classes |= match letter {
            'u' => 0o700,
            'g' => 0o070,
            'o' => 0o007,
            'a' => 0o777,
            _ => return None,
        };
    }
    if who.is_empty() {
        classes = 0o777;
    }
    while let Some(sign) = actions.chars().next() {
        let rest = &actions[1..];
        let (letters, more) = rest.split_at(rest.find(signs).unwrap_or(rest.len()));
        let bits = bits(letters, permissions)? & classes;
        permissions = match sign {
            '+' => permissions | bits,
            '-' => permissions & !bits,
            _ => permissions & !classes | bits,
        };
        actions = more;
    }
    Some(permissions)
}

/// The letters in all three classes; `u`, `g` and `o` copy what that class has.
fn bits(letters: &str, permissions: u32) -> Option<u32> {
    let spread = |bits: u32| bits << 6 | bits << 3 | bits;
    let mut all = 0;
    for letter in letters.chars() {
        all |= match letter {
            'r' => spread(4),
            'w' => spread(2),
            'x' => spread(1),
            'X' if permissions & 0o111 != 0 => spread(1),
            'X' | 's' => 0,
            'u' => spread(permissions >> 6 & 7),
            'g' => spread(permissions >> 3 & 7),
            'o' => spread(permissions & 7),
            _ => return None,
        };
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_and_symbolic() {
        assert_eq!(parse(b"027", 0), Some(0o027));
        assert_eq!(parse(b"888", 0), None);
        assert_eq!(parse(b"u=rwx,g=rx,o=", 0o777), Some(0o027));
        assert_eq!(parse(b"g+w", 0o022), Some(0o002));
        assert_eq!(parse(b"-x", 0), Some(0o111));
        assert_eq!(parse(b"a=", 0), Some(0o777));
        assert_eq!(parse(b"o=u", 0o077), Some(0o070));
        assert_eq!(parse(b"q+r", 0), None);
        assert_eq!(symbolic(!0o027), "u=rwx,g=rx,o=");
    }
}
