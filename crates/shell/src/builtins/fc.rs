//! `fc`: earlier commands, listed, edited, run again.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::{misused, print};
use crate::exec::{Outcome, Shell, descriptor};
use crate::expand::quote;
use crate::interactive::history::History;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

/// What is to be done with the commands.
#[derive(Debug, Default)]
struct Request {
    list: bool,
    again: bool,
    without_numbers: bool,
    reversed: bool,
    editor: Option<Bytes>,
    operands: Vec<Bytes>,
}

/// `fc [-r] [-e editor] [first [last]]`, `fc -l [-nr] [first [last]]`, `fc -s [old=new] [first]`
pub(crate) fn fc(shell: &mut Shell, arguments: &[Bytes]) -> Outcome {
    let request = Request::parse(arguments).map_err(|message| misused(shell, b"fc", &message))?;
    if request.list {
        return list(shell, &request);
    }
    // What it runs takes the place of fc itself in the history.
    shell.history.borrow_mut().forget_last();
    if request.again {
        run_again(shell, &request)
    } else {
        edit(shell, &request)
    }
}

impl Request {
    fn parse(arguments: &[Bytes]) -> Result<Self, String> {
        let mut request = Self::default();
        let mut words = arguments[1..].iter().peekable();
        while let Some(word) = words.next_if(|word| is_option(word)) {
            if *word == b"--" {
                break;
            }
            for (index, letter) in word.iter().enumerate().skip(1) {
                match letter {
                    b'l' => request.list = true,
                    b's' => request.again = true,
                    b'n' => request.without_numbers = true,
                    b'r' => request.reversed = true,
                    b'e' => {
                        let rest = &word[index + 1..];
                        let attached = (!rest.is_empty()).then(|| rest.to_vec());
                        let editor = attached.or_else(|| words.next().cloned());
                        request.editor = Some(editor.ok_or("-e: an editor is missing")?);
                        break;
                    }
                    other => return Err(format!("-{}: unknown option", other.escape_ascii())),
                }
            }
        }
        request.operands = words.cloned().collect();
        Ok(request)
    }

    /// The numbers of the commands that are meant, in the order in which they are.
    fn range(&self, history: &History, newest: usize, default: (i64, i64)) -> Option<Vec<usize>> {
        let find = |index: usize, default: i64| match self.operands.get(index) {
            Some(word) => find(history, newest, word),
            None => relative(history, newest, default),
        };
        let first = find(0, default.0)?;
        let last = match (self.operands.len(), self.list) {
            // Without -l, the one command that is named.
            (1, false) => first,
            _ => find(1, default.1)?,
        };
        let mut numbers: Vec<usize> = (first.min(last)..=first.max(last)).collect();
        if (first > last) != self.reversed {
            numbers.reverse();
        }
        Some(numbers)
    }
}

/// A minus and a digit is a number, counted back.
fn is_option(word: &[u8]) -> bool {
    matches!(word, [b'-', next, ..] if !next.is_ascii_digit())
}

/// A number, a number counted back, or how a command begins. `newest` is the number of the last one
/// that counts.
fn find(history: &History, newest: usize, word: &[u8]) -> Option<usize> {
    let text = str::from_utf8(word).ok()?;
    match text.parse::<i64>() {
        Ok(number) if number < 0 => relative(history, newest, number),
        Ok(number) => {
            let oldest = history.iter().next()?.0;
            Some(usize::try_from(number).ok()?.clamp(oldest, newest))
        }
        Err(_) => {
            let mut matching = history
                .iter()
                .filter(|(_, command)| command.starts_with(text));
            let found = matching.rfind(|(number, _)| *number <= newest);
            found.map(|(number, _)| number)
        }
    }
}

fn relative(history: &History, newest: usize, number: i64) -> Option<usize> {
    let oldest = history.iter().next()?.0;
    if newest < oldest {
        return None;
    }
    let back = usize::try_from(number.unsigned_abs())
        .ok()?
        .saturating_sub(1);
    Some(newest.saturating_sub(back).max(oldest))
}

fn list(shell: &mut Shell, request: &Request) -> Outcome {
    let history = std::rc::Rc::clone(&shell.history);
    let history = history.borrow();
    // The last one is the fc that is running.
    let newest = history.next_number().saturating_sub(2);
    let Some(numbers) = request.range(&history, newest, (-16, -1)) else {
        return not_found(shell);
    };
    let mut out = String::new();
    for number in numbers {
        let Some(command) = history.get(number) else {
            continue;
        };
        if !request.without_numbers {
            out.push_str(&number.to_string());
        }
        out.push('\t');
        out.push_str(&command.replace('\n', "\n\t"));
        out.push('\n');
    }
    Ok(print(shell, out))
}

fn not_found(shell: &Shell) -> Outcome {
    shell.complain("fc: no such command in the history");
    Ok(1)
}

fn run_again(shell: &mut Shell, request: &Request) -> Outcome {
    let replacement = request.operands.first().and_then(|word| {
        let equals = word.iter().position(|&byte| byte == b'=')?;
        Some((&word[..equals], &word[equals + 1..]))
    });
    let which = request.operands.get(usize::from(replacement.is_some()));
    let found = {
        let history = shell.history.borrow();
        let newest = history.next_number() - 1;
        let number = match which {
            Some(word) => find(&history, newest, word),
            None => relative(&history, newest, -1),
        };
        number
            .and_then(|number| history.get(number))
            .map(str::to_owned)
    };
    let Some(mut command) = found else {
        return not_found(shell);
    };
    if let Some((old, new)) = replacement {
        let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
        command = command.replacen(&*old, &new, 1);
    }
    run(shell, &command)
}

/// Shows a command, remembers it, and runs it.
fn run(shell: &mut Shell, command: &str) -> Outcome {
    let _ = descriptor::write_all(2, format!("{command}\n").as_bytes());
    // That it cannot be written to the file was said when the shell started.
    let _ = shell.history.borrow_mut().add(command);
    shell.run_text(command.as_bytes())
}

fn edit(shell: &mut Shell, request: &Request) -> Outcome {
    let text = {
        let history = shell.history.borrow();
        let newest = history.next_number() - 1;
        let numbers = request.range(&history, newest, (-1, -1));
        numbers.map(|numbers| {
            let commands = numbers.into_iter().filter_map(|number| history.get(number));
            commands
                .map(|command| format!("{command}\n"))
                .collect::<String>()
        })
    };
    let Some(text) = text else {
        return not_found(shell);
    };
    let file = Scratch::new(&text).map_err(|error| misused(shell, b"fc", &error.to_string()))?;
    let mut line = request
        .editor
        .clone()
        .unwrap_or_else(|| default_editor(shell));
    line.push(b' ');
    line.extend_from_slice(&quote(file.0.as_os_str().as_encoded_bytes()));
    let status = shell.run_text(&line)?;
    if status != 0 {
        return Ok(status);
    }
    let edited = fs::read_to_string(&file.0);
    drop(file);
    match edited {
        Ok(command) => run(shell, command.trim_end_matches('\n')),
        Err(error) => Err(misused(shell, b"fc", &error.to_string())),
    }
}

/// POSIX names `ed`; people have said what they like better.
fn default_editor(shell: &Shell) -> Bytes {
    let value = |name: &str| {
        shell
            .variables
            .get(Name::new(name))
            .filter(|value| !value.is_empty())
    };
    let editor = value("FCEDIT").or_else(|| value("EDITOR"));
    editor.unwrap_or(b"ed").to_vec()
}

/// A file that goes when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(text: &str) -> std::io::Result<Self> {
        let folder = std::env::temp_dir();
        let mut number = 0_u32;
        loop {
            let path = folder.join(format!("fc.{}.{number}", std::process::id()));
            match create(&path) {
                Ok(mut file) => {
                    let scratch = Self(path);
                    file.write_all(text.as_bytes())?;
                    return Ok(scratch);
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn create(path: &Path) -> std::io::Result<fs::File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}
