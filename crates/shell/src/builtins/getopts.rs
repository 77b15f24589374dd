//! `getopts`: options of a script, one at each call.

use super::misused;
use crate::exec::{Flow, Shell};
use crate::state::{ReadOnly, Variables};
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

pub(super) fn getopts(shell: &mut Shell, arguments: &[Bytes]) -> Result<i32, Flow> {
    let [_, options, name, rest @ ..] = arguments else {
        return Err(misused(
            shell,
            b"getopts",
            "options and a name are expected",
        ));
    };
    if !Name::is_valid(name) {
        let message = format!("{}: not a name", String::from_utf8_lossy(name));
        return Err(misused(shell, b"getopts", &message));
    }
    let positional = shell.positional.all();
    let scanned = if rest.is_empty() { positional } else { rest };
    match next(&mut shell.variables, options, Name::new(name), scanned) {
        Ok(found) => {
            if let Some(complaint) = found.complaint {
                shell.complain(complaint);
            }
            Ok(i32::from(!found.more))
        }
        Err(read_only) => Err(misused(shell, b"getopts", &read_only.to_string())),
    }
}

/// What one call found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    /// Whether there was an option, good or bad.
    more: bool,
    /// What to say about a bad one.
    complaint: Option<String>,
}

/// What the script's variables are set to.
struct Outcome {
    name: Bytes,
    argument: Option<Bytes>,
    complaint: Option<String>,
}

/// Looks at the next option in `arguments`, and sets `name`, OPTARG
/// and OPTIND. Where the next one begins within an argument is kept beside OPTIND.
///
/// # Errors
///
/// When one of the variables may not be changed.
fn next(
    variables: &mut Variables,
    options: &[u8],
    name: Name,
    arguments: &[Bytes],
) -> Result<Found, ReadOnly> {
    let index = variables.integer(Name::new("OPTIND")).unwrap_or(1);
    let mut cursor = Cursor {
        arguments,
        index: usize::try_from(index).unwrap_or(1).max(1),
        offset: variables.option_offset,
    };
    let letter = cursor.letter();
    let outcome = letter.map(|letter| option(letter, options, &mut cursor));
    variables.set_integer(Name::new("OPTIND"), cursor.index as i64)?;
    // An assignment to OPTIND says that a new argument begins: this comes after.
    variables.option_offset = cursor.offset;
    let more = outcome.is_some();
    let outcome = outcome.unwrap_or_else(|| Outcome::new(b"?"));
    match outcome.argument {
        Some(argument) => variables.set(Name::new("OPTARG"), argument)?,
        None => variables.unset(Name::new("OPTARG"))?,
    }
    variables.set(name, outcome.name)?;
    let complaint = outcome.complaint;
    Ok(Found { more, complaint })
}

fn option(letter: u8, options: &[u8], cursor: &mut Cursor) -> Outcome {
    let silent = options.first() == Some(&b':');
    let place = options.iter().position(|&known| known == letter);
    let Some(place) = place.filter(|_| letter != b':') else {
        cursor.end_letter();
        return Outcome::bad(letter, silent, b"?", "unknown option");
    };
    if options.get(place + 1) != Some(&b':') {
        cursor.end_letter();
        return Outcome::new(&[letter]);
    }
    match cursor.argument() {
        Some(argument) => Outcome {
            argument: Some(argument),
            ..Outcome::new(&[letter])
        },
        None => Outcome::bad(letter, silent, b":", "argument expected for option"),
    }
}

impl Outcome {
    fn new(name: &[u8]) -> Self {
        Self {
            name: name.to_vec(),
            argument: None,
            complaint: None,
        }
    }

    /// With a colon first in the options, the script hears of it; else the user.
    fn bad(letter: u8, silent: bool, silent_name: &[u8], problem: &str) -> Self {
        if silent {
            return Self {
                argument: Some(vec![letter]),
                ..Self::new(silent_name)
            };
        }
        Self {
            complaint: Some(format!("{problem} -{}", [letter].escape_ascii())),
            ..Self::new(b"?")
        }
    }
}

/// A place among the arguments.
struct Cursor<'a> {
    arguments: &'a [Bytes],
    /// From 1, as OPTIND.
    index: usize,
    /// In the argument; 0 at its start.
    offset: usize,
}

impl Cursor<'_> {
    fn current(&self) -> Option<&Bytes> {
        self.arguments.get(self.index - 1)
    }

    /// The next option's letter. None behind the last.
    fn letter(&mut self) -> Option<u8> {
        // The arguments may have changed since the last call.
        if self
            .current()
            .is_none_or(|current| self.offset >= current.len())
        {
            self.offset = 0;
        }
        if self.offset == 0 {
            match &self.current()?[..] {
                b"--" => {
                    self.index += 1;
                    return None;
                }
                [b'-', _, ..] => self.offset = 1,
                _ => return None,
            }
        }
        let letter = *self.current()?.get(self.offset)?;
        self.offset += 1;
        Some(letter)
    }

    /// Goes on to the next argument when this one has no more letters.
    fn end_letter(&mut self) {
        if self
            .current()
            .is_none_or(|current| self.offset >= current.len())
        {
            self.next_argument();
        }
    }

    /// The rest of the argument, or the next one.
    fn argument(&mut self) -> Option<Bytes> {
        let rest = self.current()?.get(self.offset..)?.to_vec();
        self.next_argument();
        if !rest.is_empty() {
            return Some(rest);
        }
        let next = self.current()?.clone();
        self.next_argument();
        Some(next)
    }

    fn next_argument(&mut self) {
        self.index += 1;
        self.offset = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a loop over `getopts` sees: the name and OPTARG each time, and OPTIND at the end.
    fn all(options: &str, arguments: &[&str]) -> (Vec<String>, i64) {
        let arguments: Vec<Bytes> = arguments.iter().map(|text| (*text).into()).collect();
        let mut variables = Variables::new();
        let name = Name::new("option");
        let mut seen = Vec::new();
        loop {
            let found = next(&mut variables, options.as_bytes(), name, &arguments).unwrap();
            let text =
                |name| String::from_utf8_lossy(variables.get(name).unwrap_or(b"-")).into_owned();
            if !found.more {
                assert_eq!(text(name), "?");
                return (seen, variables.integer(Name::new("OPTIND")).unwrap());
            }
            let heard = found.complaint.unwrap_or_default();
            seen.push(format!(
                "{} {}{heard}",
                text(name),
                text(Name::new("OPTARG"))
            ));
        }
    }

    #[test]
    fn letters_and_their_arguments() {
        let (seen, index) = all("ab:c", &["-a", "-cb", "x", "-by", "rest", "-a"]);
        assert_eq!(seen, ["a -", "c -", "b x", "b y"]);
        assert_eq!(index, 5);
    }

    #[test]
    fn two_dashes_end_the_options_and_one_is_an_operand() {
        assert_eq!(all("a", &["-a", "--", "-a"]), (vec!["a -".to_owned()], 3));
        assert_eq!(all("a", &["-", "-a"]), (vec![], 1));
        assert_eq!(all("a", &[]), (vec![], 1));
    }

    #[test]
    fn bad_options_are_told_to_the_user() {
        let (seen, _) = all("ab:", &["-x", "-b"]);
        assert_eq!(
            seen,
            ["? -unknown option -x", "? -argument expected for option -b"]
        );
    }

    #[test]
    fn or_to_the_script() {
        let (seen, _) = all(":ab:", &["-x:", "-b"]);
        assert_eq!(seen, ["? x", "? :", ": b"]);
    }
}
