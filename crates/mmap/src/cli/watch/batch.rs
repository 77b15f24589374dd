//! `mmap watch --batch`: a watcher for programs in any language, over two pipes.

use std::ffi::OsStr;
use std::io::{self, BufRead, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use mmap::watch::{Mode, Op, Ops, Request, Told, Watcher};

use crate::cli::complain;

pub(super) fn run(mode: Mode, quiet: Duration) -> anyhow::Result<ExitCode> {
    let watcher = Watcher::new(mode, quiet, tell)?;
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        let words = line.trim_ascii();
        if words.is_empty() {
            continue;
        }
        let answer = obey(&watcher, words);
        let mut out = io::stdout().lock();
        match answer {
            Ok(lines) => {
                out.write_all(&lines)?;
                out.write_all(b"ok\n")?;
            }
            Err(text) => writeln!(out, "err {}", text.replace('\n', "\\n"))?,
        }
        out.flush()?;
        if words == b"quit" {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// On the watcher's thread. The lines of one call are not torn apart by an answer, nor it by them.
fn tell(what: Told) {
    let outcome = match what {
        Ok(events) => super::print(&mut io::stdout().lock(), "event ", &events),
        Err(error) => return complain(error),
    };
    if outcome.is_err() {
        // Nobody listens any more; a reader that has gone is no failure.
        std::process::exit(0);
    }
}

/// What to print before the `ok`, or what is wrong.
fn obey(watcher: &Watcher, line: &[u8]) -> Result<Vec<u8>, String> {
    let (command, rest) = split_word(line);
    let no_more = |outcome: Result<(), String>| outcome.map(|()| Vec::new());
    match command {
        b"watch" => no_more(watch(watcher, rest)),
        b"unwatch" => no_more(unwatch(watcher, rest)),
        b"list" if rest.is_empty() => Ok(list(watcher)),
        b"quit" if rest.is_empty() => Ok(Vec::new()),
        b"list" | b"quit" => Err("nothing may follow".into()),
        other => {
            let other = String::from_utf8_lossy(other);
            Err(format!("no such command: {other}"))
        }
    }
}

fn watch(watcher: &Watcher, arguments: &[u8]) -> Result<(), String> {
    let (path, ops) = split_ops(arguments);
    let request = request(path)?.ops(ops);
    watcher.watch(request).map_err(|error| error.to_string())
}

fn unwatch(watcher: &Watcher, path: &[u8]) -> Result<(), String> {
    let request = request(path)?;
    let outcome = watcher.unwatch(request.path());
    outcome.map_err(|error| error.to_string())
}

fn list(watcher: &Watcher) -> Vec<u8> {
    let mut lines = Vec::new();
    for path in watcher.watched() {
        escape(&path, &mut lines);
        lines.push(b'\n');
    }
    lines
}

fn request(path: &[u8]) -> Result<Request, String> {
    match path.is_empty() {
        true => Err("a path is missing".into()),
        false => Ok(Request::from_pattern(OsStr::from_bytes(&unescape(path)))),
    }
}

fn split_word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(u8::is_ascii_whitespace);
    let (word, rest) = line.split_at(end.unwrap_or(line.len()));
    (word, rest.trim_ascii())
}

/// Takes the operations off the end of a line; what is left is a path, which may have spaces.
fn split_ops(arguments: &[u8]) -> (&[u8], Ops) {
    let (mut path, mut ops) = (arguments, Vec::new());
    while let Some(space) = path.iter().rposition(u8::is_ascii_whitespace) {
        let word = String::from_utf8_lossy(&path[space + 1..]);
        let Ok(op) = Op::from_str(&word) else {
            break;
        };
        ops.push(op);
        path = path[..space].trim_ascii_end();
    }
    match ops.is_empty() {
        true => (path, Ops::ALL),
        false => (path, ops.into_iter().collect()),
    }
}

/// A name may hold anything but NUL and slash, and a line is to remain a line.
pub(super) fn escape(path: &Path, line: &mut Vec<u8>) {
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'\n' => line.extend_from_slice(b"\\n"),
            b'\t' => line.extend_from_slice(b"\\t"),
            b'\\' => line.extend_from_slice(b"\\\\"),
            byte => line.push(*byte),
        }
    }
}

fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.iter().copied();
    let mut path = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        path.extend(match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => Some(b'\n'),
                Some(b't') => Some(b'\t'),
                other => other,
            },
            byte => Some(byte),
        });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_taken_off_the_end_of_a_path_with_spaces() {
        let (path, ops) = split_ops(b"my own folder create rename");
        assert_eq!(path, b"my own folder");
        assert_eq!(ops, [Op::Create, Op::Rename].into_iter().collect());
        assert_eq!(split_ops(b"create"), (&b"create"[..], Ops::ALL));
    }

    #[test]
    fn a_name_with_a_newline_stays_on_its_line() {
        let mut line = Vec::new();
        escape(Path::new("a\nb\tc\\n"), &mut line);
        assert_eq!(line, br"a\nb\tc\\n");
        assert_eq!(unescape(&line), b"a\nb\tc\\n");
    }
}
