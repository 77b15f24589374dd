//! `read`: a line into variables.
//!
//! Whatever is behind the line belongs to the next command that reads. From a pipe or a terminal `read`
//! therefore takes one byte at a time: what it took too much, it could not give back.

mod line;
mod source;

use std::io;

use super::misused;
use crate::exec::{Flow, Shell, descriptor};
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;
use line::Lines;
use source::Source;

/// What the command line asks for.
struct Options<'a> {
    /// `-r`: backslashes are characters like others.
    raw: bool,
    /// `-d`: what ends the line.
    delimiter: u8,
    /// `-p`, beyond POSIX: printed first, to standard error.
    prompt: Option<&'a [u8]>,
    names: &'a [Bytes],
}

pub(super) fn read(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let fail = |shell: &Shell, message: String| Err(misused(shell, b"read", &message));
    let options = match options(&arguments[1..]) {
        Ok(options) => options,
        Err(message) => return fail(shell, message),
    };
    if let Some(prompt) = options.prompt {
        let _ = descriptor::write_all(2, prompt);
    }
    let lines = Lines::new(options.raw, options.delimiter);
    let interrupted = || shell.interrupting_signal().is_some();
    let (line, ended) = match Source::default().line(lines, interrupted) {
        Ok(line) => line,
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {
            return Ok(128 + shell.interrupting_signal().unwrap_or_default());
        }
        Err(error) => return fail(shell, error.to_string()),
    };
    let values = line.fields(shell.variables.ifs(), options.names.len());
    for (name, value) in options.names.iter().zip(values) {
        if let Err(read_only) = shell.variables.set(Name::new(name), value) {
            return fail(shell, read_only.to_string());
        }
    }
    Ok(i32::from(!ended))
}

fn options(arguments: &[Bytes]) -> Result<Options<'_>, String> {
    let mut options = Options {
        raw: false,
        delimiter: b'\n',
        prompt: None,
        names: arguments,
    };
    while let [first, rest @ ..] = options.names {
        match &first[..] {
            b"--" => {
                options.names = rest;
                break;
            }
            [b'-', letters @ ..] if !letters.is_empty() => options.letters(letters, rest)?,
            _ => break,
        }
    }
    if options.names.is_empty() {
        return Err("a name is missing".into());
    }
    match options.names.iter().find(|name| !Name::is_valid(name)) {
        Some(name) => Err(format!("{}: not a name", String::from_utf8_lossy(name))),
        None => Ok(options),
    }
}

impl<'a> Options<'a> {
    /// An argument of option letters; `rest` is what follows it.
    fn letters(&mut self, letters: &'a [u8], rest: &'a [Bytes]) -> Result<(), String> {
        self.names = rest;
        for (index, letter) in letters.iter().enumerate() {
            match letter {
                b'r' => self.raw = true,
                b'd' | b'p' => {
                    let value = self.value(&letters[index + 1..]);
                    let value =
                        value.ok_or(format!("-{}: argument expected", char::from(*letter)))?;
                    match letter {
                        b'd' => self.delimiter = value.first().copied().unwrap_or(0),
                        _ => self.prompt = Some(value),
                    }
                    return Ok(());
                }
                _ => return Err(format!("-{}: unknown option", [*letter].escape_ascii())),
            }
        }
        Ok(())
    }

    /// An option's argument: what is behind its letter, or the next one.
    fn value(&mut self, behind: &'a [u8]) -> Option<&'a [u8]> {
        if !behind.is_empty() {
            return Some(behind);
        }
        let (first, rest) = self.names.split_first()?;
        self.names = rest;
        Some(first)
    }
}
