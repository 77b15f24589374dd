//! `PS1` and `PS2`.

use crate::exec::Shell;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

/// A prompt as it is shown, and as it is measured: what colours it has takes no room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    pub(super) shown: String,
    pub(super) measured: String,
}

impl Prompt {
    fn new(text: &[u8]) -> Self {
        let shown = String::from_utf8_lossy(text).into_owned();
        let measured = without_escapes(&shown);
        Self { shown, measured }
    }
}

/// Before a command.
pub(super) fn first(shell: &mut Shell) -> Prompt {
    let default: &[u8] = match nix::unistd::geteuid().is_root() {
        true => b"# ",
        false => b"$ ",
    };
    let text = value(shell, "PS1", default);
    let number = shell.history.borrow().next_number();
    let text = shell.expand_prompt(with_number(&text, number));
    Prompt::new(&text)
}

/// Before the further lines of a command.
pub(super) fn further(shell: &mut Shell) -> Prompt {
    let text = value(shell, "PS2", b"> ");
    Prompt::new(&shell.expand_prompt(text))
}

fn value(shell: &Shell, name: &str, default: &[u8]) -> Bytes {
    shell
        .variables
        .get(Name::new(name))
        .unwrap_or(default)
        .to_vec()
}

/// `!` is the number of the command, `!!` an exclamation mark. `$!` is left to expansion.
fn with_number(text: &[u8], number: usize) -> Bytes {
    let mut out = Bytes::new();
    let mut rest = text;
    loop {
        rest = match rest {
            [b'$', b'!', after @ ..] => {
                out.extend(b"$!");
                after
            }
            [b'!', b'!', after @ ..] => {
                out.push(b'!');
                after
            }
            [b'!', after @ ..] => {
                out.extend(number.to_string().bytes());
                after
            }
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
            [] => return out,
        };
    }
}

/// Without `ESC [ … letter`, and without `ESC ] … BEL`, which sets a window's title.
fn without_escapes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        if next != '\u{1b}' {
            out.push(next);
            continue;
        }
        match rest.next() {
            Some('[') => while rest.next().is_some_and(|byte| !('@'..='~').contains(&byte)) {},
            Some(']') => while rest.next().is_some_and(|byte| byte != '\u{7}') {},
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclamation_marks_are_the_number() {
        assert_eq!(with_number(b"!:!!$! ", 7), b"7:!$! ");
    }

    #[test]
    fn colours_take_no_room() {
        let prompt = Prompt::new(b"\x1b[1;32muser\x1b[0m$ \x1b]0;title\x07");
        assert_eq!(prompt.measured, "user$ ");
    }
}
