//! What there is to choose from.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::quoting::{Reader, quoted};
use super::{Candidate, Context, Quote};
use crate::builtins;
use crate::exec::Shell;
use crate::syntax::ast::Bytes;
use crate::syntax::name::Name;

/// The names that a shell knows, as they were at the prompt. Programs are looked for when they are first
/// needed.
#[derive(Debug, Default)]
pub struct Sources {
    /// Built-ins, functions, aliases and reserved words.
    pub words: Vec<Bytes>,
    /// Variables and their values.
    pub variables: Vec<(Bytes, Bytes)>,
    programs: RefCell<Option<(Bytes, Vec<Bytes>)>>,
}

const RESERVED: [&str; 11] = [
    "case", "do", "done", "elif", "else", "esac", "for", "if", "then", "until", "while",
];

impl Sources {
    /// Takes over what `shell` knows now.
    pub fn update(&mut self, shell: &Shell) {
        self.words = builtins::names()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        self.words
            .extend(shell.functions.names().iter().map(|name| name.to_vec()));
        self.words
            .extend(shell.aliases.iter().map(|(name, _)| name.to_vec()));
        self.words
            .extend(RESERVED.map(|word| word.as_bytes().to_vec()));
        self.variables.clear();
        for listed in shell.variables.listed() {
            let name = &listed.name;
            let value = shell.variables.get(Name::new(name)).unwrap_or_default();
            self.variables.push((name.to_vec(), value.to_vec()));
        }
    }

    fn value(&self, name: &[u8]) -> Option<&[u8]> {
        let found = self
            .variables
            .iter()
            .find(|(variable, _)| variable == name)?;
        Some(&found.1)
    }

    pub(super) fn variables(&self, typed: &str, braces: bool) -> Vec<Candidate> {
        let names = self
            .variables
            .iter()
            .map(|(name, _)| String::from_utf8_lossy(name));
        let names = names.filter(|name| name.starts_with(typed));
        names
            .map(|name| Candidate {
                display: name.to_string(),
                replacement: if braces {
                    format!("{name}}}")
                } else {
                    name.into_owned()
                },
            })
            .collect()
    }

    pub(super) fn commands(&self, context: &Context) -> Vec<Candidate> {
        let typed = context.typed.as_bytes();
        if typed.starts_with(b"~") {
            return Vec::new();
        }
        self.find_programs();
        let programs = self.programs.borrow();
        let programs = programs.iter().flat_map(|(_, programs)| programs);
        let all = self.words.iter().chain(programs);
        let found = all.filter(|name| name.starts_with(typed));
        found
            .map(|name| candidate(name, context.quote, Leaf::Word))
            .collect()
    }

    /// The programs on PATH, which stay good until PATH changes.
    fn find_programs(&self) {
        let path = self.value(b"PATH").unwrap_or_default().to_vec();
        let mut programs = self.programs.borrow_mut();
        if programs.as_ref().is_some_and(|(known, _)| *known == path) {
            return;
        }
        let directories = path.split(|&byte| byte == b':');
        let found =
            directories.flat_map(|directory| executables(Path::new(OsStr::from_bytes(directory))));
        let found = found.collect();
        *programs = Some((path, found));
    }

    pub(super) fn files(&self, context: &Context, only_directories: bool) -> Vec<Candidate> {
        let directory = self.directory(&context.directory);
        let Ok(entries) = fs::read_dir(directory) else {
            return Vec::new();
        };
        let typed = context.typed.as_bytes();
        let mut candidates = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name().into_vec();
            let hidden = name.starts_with(b".") && !typed.starts_with(b".");
            if hidden || !name.starts_with(typed) {
                continue;
            }
            let leaf = match fs::metadata(entry.path()) {
                Ok(metadata) if metadata.is_dir() => Leaf::Directory,
                _ if only_directories => continue,
                _ => Leaf::Word,
            };
            candidates.push(candidate(&name, context.quote, leaf));
        }
        candidates
    }

    /// The directory that a word names so far: quotes are taken off, `~` and variables replaced.
    fn directory(&self, raw: &str) -> PathBuf {
        let raw = raw.split_once('=').map_or(raw, |(_, value)| value);
        let (mut path, rest) = match raw.strip_prefix("~/") {
            Some(rest) => (
                self.value(b"HOME").unwrap_or(b"~").to_vec(),
                format!("/{rest}"),
            ),
            None => (Bytes::new(), raw.to_owned()),
        };
        for (index, piece) in rest.split('$').enumerate() {
            let name = piece.trim_start_matches('{');
            let end = name.find(|next: char| !next.is_ascii_alphanumeric() && next != '_');
            let (name, after) = name.split_at(end.unwrap_or(name.len()));
            match self.value(name.as_bytes()) {
                Some(value) if index > 0 => {
                    path.extend_from_slice(value);
                    path.extend(Reader::text(after.trim_start_matches('}'), Quote::None).bytes());
                }
                _ => path.extend(Reader::text(piece, Quote::None).bytes()),
            }
        }
        if path.is_empty() {
            path.push(b'.');
        }
        PathBuf::from(OsStr::from_bytes(&path))
    }
}

/// What comes after a completed word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaf {
    /// The closing quote and a blank.
    Word,
    /// A slash, and more to be typed.
    Directory,
}

fn candidate(name: &[u8], quote: Quote, leaf: Leaf) -> Candidate {
    let mut display = name.escape_ascii().to_string();
    if let Ok(text) = str::from_utf8(name) {
        text.clone_into(&mut display);
    }
    let mut replacement = quoted(name, quote);
    if leaf == Leaf::Directory {
        display.push('/');
        replacement.push('/');
    } else {
        replacement.push_str(match quote {
            Quote::None => " ",
            Quote::Single => "' ",
            Quote::Double => "\" ",
        });
    }
    Candidate {
        display,
        replacement,
    }
}

fn executables(directory: &Path) -> Vec<Bytes> {
    let Ok(entries) = fs::read_dir(directory) else {
        return Vec::new();
    };
    let runs = |entry: &fs::DirEntry| {
        let metadata = fs::metadata(entry.path());
        metadata.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    let names = entries
        .flatten()
        .filter(runs)
        .map(|entry| entry.file_name().into_vec());
    names.collect()
}
