//! `echo`: as XSI has it, so that escapes are always replaced, and with `-n`, which Debian's policy asks
//! for of `/bin/sh`. What dash does. Portable scripts use `printf`.

use super::{escape, print};
use crate::exec::{Flow, Shell};
use crate::syntax::ast::Bytes;

pub(super) fn echo(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    Ok(print(shell, text(&arguments[1..])))
}

/// What `echo arguments…` prints, its name not among them.
fn text(arguments: &[Bytes]) -> Bytes {
    let (newline, arguments) = match arguments {
        [first, rest @ ..] if first == b"-n" => (false, rest),
        all => (true, all),
    };
    let mut out = Bytes::new();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        if !escape::append(argument, &mut out) {
            return out;
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo(arguments: &[&str]) -> String {
        let arguments: Vec<Bytes> = arguments.iter().map(|text| (*text).into()).collect();
        String::from_utf8(text(&arguments)).unwrap()
    }

    #[test]
    fn arguments_are_joined_by_spaces() {
        assert_eq!(echo(&[]), "\n");
        assert_eq!(echo(&["a", "b  c"]), "a b  c\n");
        assert_eq!(echo(&["-n", "a"]), "a");
        assert_eq!(echo(&["-e", "-n"]), "-e -n\n");
        assert_eq!(echo(&[r"a\nb\c", "d"]), "a\nb");
    }
}
