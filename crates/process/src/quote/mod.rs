//! How Windows passes arguments: one string.
//!
//! On Unix `execve(2)` hands over an array, and nothing has to be quoted. Windows' `CreateProcess`
//! has one string, and each program takes it apart by itself. Nearly all do it by the rules of
//! `CommandLineToArgvW`, which the C runtime shares:
//!
//! - spaces and tabs separate arguments, except between quotes;
//! - `2n` backslashes before a quote are `n` backslashes, and the quote opens or closes;
//! - `2n + 1` backslashes before a quote are `n` backslashes and a quote that is a character;
//! - backslashes before anything else are themselves;
//! - the program, the first, knows no backslash: between quotes it ends at the next quote.
//!
//! [`split`] reads a command line, [`join`] writes one that `split` reads back. That is all pure,
//! and the same everywhere.
//!
//! `cmd.exe`, and so each batch file, has other rules, with `%` and `^`: no quoting of this kind
//! makes a stranger's text safe there.
//!
//! Source: Microsoft's documentation of `CommandLineToArgvW` and of parsing C command-line
//! arguments.

/// A program's name cannot be written so that it is read back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// No Windows path has a quote, and there is no way to escape one there.
    #[error("the program's name {0:?} contains a quote")]
    QuoteInProgram(String),
    /// The string ends at the first NUL.
    #[error("{0:?} contains a NUL")]
    Nul(String),
}

/// The arguments in `line`, the program first. None in an empty line, where Windows would take the
/// name of the calling program.
///
/// ```
/// use process::quote::split;
///
/// assert_eq!(split(r#"copy "a b" c\d "e\"f" g\\"#), ["copy", "a b", r"c\d", r#"e"f"#, r"g\\"]);
/// ```
#[doc(alias = "CommandLineToArgvW")]
pub fn split(line: &str) -> Vec<String> {
    if line.is_empty() {
        return Vec::new();
    }
    let (program, rest) = split_program(line);
    let mut arguments = vec![program.to_owned()];
    let mut rest = rest.trim_start_matches(is_separator);
    while !rest.is_empty() {
        let (argument, after) = split_argument(rest);
        arguments.push(argument);
        rest = after.trim_start_matches(is_separator);
    }
    arguments
}

/// A line from which [`split`] reads `program` and `arguments`.
///
/// ```
/// use process::quote::join;
///
/// assert_eq!(join("dir", [r"C:\my files\"]).unwrap(), r#"dir "C:\my files\\""#);
/// ```
///
/// # Errors
///
/// What Windows cannot pass: a quote in the program's name, a NUL anywhere.
pub fn join<'a>(
    program: &str,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<String, QuoteError> {
    if program.contains('"') {
        return Err(QuoteError::QuoteInProgram(program.to_owned()));
    }
    without_nul(program)?;
    let mut line = if program.is_empty() || program.contains(is_separator) {
        format!("\"{program}\"")
    } else {
        program.to_owned()
    };
    for argument in arguments {
        line.push(' ');
        line.push_str(&quote(without_nul(argument)?));
    }
    Ok(line)
}

/// One argument that is not the program, as it has to stand in the line; unchanged when it can.
pub fn quote(argument: &str) -> String {
    let plain = !argument.is_empty() && !argument.contains([' ', '\t', '\n', '\u{b}', '"']);
    if plain {
        return argument.to_owned();
    }
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for character in argument.chars() {
        if character == '"' {
            // As many again, and one for the quote.
            quoted.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if character == '\\' {
            backslashes + 1
        } else {
            0
        };
        quoted.push(character);
    }
    // Those at the end come before the closing quote.
    quoted.extend(std::iter::repeat_n('\\', backslashes));
    quoted.push('"');
    quoted
}

fn is_separator(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

fn split_program(line: &str) -> (&str, &str) {
    if let Some(quoted) = line.strip_prefix('"') {
        return quoted.split_once('"').unwrap_or((quoted, ""));
    }
    line.split_at(line.find(is_separator).unwrap_or(line.len()))
}

/// `line` starts with an argument.
fn split_argument(line: &str) -> (String, &str) {
    let mut argument = String::new();
    let mut quoted = false;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        match character {
            '\\' => rest = take_backslashes(rest, &mut argument),
            '"' => rest = take_quotes(rest, &mut quoted, &mut argument),
            _ if is_separator(character) && !quoted => break,
            _ => {
                argument.push(character);
                rest = &rest[character.len_utf8()..];
            }
        }
    }
    (argument, rest)
}

/// Takes the backslashes at the start, and a quote that they make a character.
fn take_backslashes<'a>(text: &'a str, argument: &mut String) -> &'a str {
    let rest = text.trim_start_matches('\\');
    let count = text.len() - rest.len();
    let Some(after_quote) = rest.strip_prefix('"') else {
        argument.push_str(&text[..count]);
        return rest;
    };
    argument.push_str(&text[..count / 2]);
    if count.is_multiple_of(2) {
        return rest;
    }
    argument.push('"');
    after_quote
}

/// Takes the quotes at the start. The first opens or closes; of three in a row, the opening one
/// counted, the third is a character and closes as well.
fn take_quotes<'a>(text: &'a str, quoted: &mut bool, argument: &mut String) -> &'a str {
    let rest = text.trim_start_matches('"');
    let count = text.len() - rest.len() + usize::from(*quoted);
    argument.extend(std::iter::repeat_n('"', count / 3));
    *quoted = count % 3 == 1;
    rest
}

fn without_nul(text: &str) -> Result<&str, QuoteError> {
    if text.contains('\0') {
        return Err(QuoteError::Nul(text.to_owned()));
    }
    Ok(text)
}
